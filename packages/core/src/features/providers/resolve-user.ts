import { AuthError } from '../../errors.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { storeSignUp } from '../accounts/sign-up-without-password.js';
import type { Finishing, Refused } from './finishing.js';
import { linkIdentity, recordUse } from './link-identity.js';
import { addressOf, type Admission } from './sign-up.js';

export interface ResolveUserInput extends Finishing {
  /** `null`: the identity or its address was already known when this was checked. */
  readonly admitted: Admission | null;
}

export interface ResolvedUser {
  readonly kind: 'resolved';
  readonly userId: string;
  readonly isNewUser: boolean;
}

/**
 * Finds the account that the identity gives access to: the linked one, by issuer and subject alone (X2); else an
 * account with its address, if that may be linked; else a new one.
 */
export async function resolveUser(tx: TransactionContext, input: ResolveUserInput): Promise<ResolvedUser | Refused> {
  const known = await findKnown(tx, input);
  if (known !== null) return known;
  const { email } = addressOf(input.identity);
  const { admitted } = input;
  if (admitted?.kind === 'refused') return admitted;
  if (admitted !== null && (await storeSignUp(tx, admitted.user))) return linked(tx, { input, user: admitted.user, by: 'sign-up' });
  // Another request may have created an account for the same identity since it was looked up.
  const late = await findKnown(tx, input);
  if (late !== null) return late;
  const owner = email === null ? null : await tx.unit.users.findByEmail(email);
  if (owner === null) return { kind: 'refused', code: 'INVALID_LOGIN_TOKEN', reason: 'changed-meanwhile' };
  if (!mayLink(tx, { owner, input })) return { kind: 'refused', code: 'ACCOUNT_EXISTS', reason: 'account-exists', userId: owner.id };
  return linked(tx, { input, user: owner, by: 'verified-address' });
}

async function findKnown(tx: TransactionContext, { identity }: ResolveUserInput): Promise<ResolvedUser | null> {
  const known = await tx.unit.identities.findBySubject(identity.issuer, identity.subject);
  if (known === null || !(await recordUse(tx, known, identity))) return null;
  return { kind: 'resolved', userId: known.userId, isNewUser: false };
}

/**
 * X2: both sides must be proven. Otherwise the person who registered the address first would share the account with
 * its owner.
 */
function mayLink({ settings }: TransactionContext, { owner, input }: { readonly owner: UserRecord; readonly input: ResolveUserInput }): boolean {
  const isProven = owner.emailVerifiedAt !== null && owner.disabledAt === null;
  return settings.linking === 'verified' && addressOf(input.identity).isVouched && isProven;
}

async function linked(
  tx: TransactionContext,
  { input, user, by }: { readonly input: ResolveUserInput; readonly user: UserRecord; readonly by: 'sign-up' | 'verified-address' },
): Promise<ResolvedUser | Refused> {
  const { attempt: { provider }, identity, caller } = input;
  const outcome = await linkIdentity(tx, { user, provider, identity, by, caller });
  // Another request linked this identity in the meantime: the rollback removes the account that was created for it.
  if (outcome !== 'inserted' && by === 'sign-up') throw new AuthError('INVALID_LOGIN_TOKEN');
  if (outcome === 'inserted') return { kind: 'resolved', userId: user.id, isNewUser: by === 'sign-up' };
  return { kind: 'refused', code: 'ACCOUNT_EXISTS', reason: outcome === 'full' ? 'too-many-identities' : 'identity-taken', userId: user.id };
}
