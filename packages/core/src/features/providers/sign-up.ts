import * as v from 'valibot';
import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import type { ProviderIdentity } from '../../ports/provider.js';
import type { UserRecord } from '../../ports/store/users.js';
import { canonicalEmail } from '../accounts/canonical-email.js';
import { personName } from '../accounts/schema.js';
import { prepareSignUp } from '../accounts/sign-up-without-password.js';
import type { Refused } from './finishing.js';

/** The address of an identity in canonical form, and whether the provider vouches for it. */
export interface ProviderAddress {
  readonly email: string | null;
  readonly isVouched: boolean;
}

export function addressOf({ email, emailVerified }: ProviderIdentity): ProviderAddress {
  const canonical = email === null ? null : canonicalEmail(email);
  return { email: canonical, isVouched: canonical !== null && emailVerified };
}

export type Admission = Refused | { readonly kind: 'admitted'; readonly user: UserRecord };

/**
 * Decides whether this identity may create an account, by the rules and the hook of a registration. Returns the
 * account, not stored yet. Returns `null` if the identity or its address is known, so that no account is created.
 */
export async function admitSignUp(
  context: Context,
  { identity, caller }: { readonly identity: ProviderIdentity; readonly caller: Caller },
): Promise<Admission | null> {
  const { store, settings } = context;
  if ((await store.identities.findBySubject(identity.issuer, identity.subject)) !== null) return null;
  const { email, isVouched } = addressOf(identity);
  // R2: the checks that follow would tell whether the address is taken, to a client that has not proven to own it.
  const mayKnow = isVouched || !settings.registration.concealExisting;
  if (email !== null && mayKnow && (await store.users.findByEmail(email)) !== null) return null;
  if (!settings.registration.enabled) return { kind: 'refused', code: 'FORBIDDEN', reason: 'registration-closed' };
  if (email === null || !mayKnow) return { kind: 'refused', code: 'EMAIL_NOT_VERIFIED', reason: 'no-verified-address' };
  const user = await prepareSignUp(context, { email, name: nameOf(identity, email), isProven: isVouched, caller });
  return { kind: 'admitted', user };
}

function nameOf({ name }: ProviderIdentity, email: string): string {
  const parsed = v.safeParse(personName, name);
  return parsed.success ? parsed.output : email.slice(0, email.indexOf('@'));
}
