import type { FactorMethod, FactorRecord } from '../ports/store/factors.js';
import type { UserRecord } from '../ports/store/users.js';
import { isProvenByPasskey } from './passkey-proof.js';
import { ADMIN_ROLE } from './roles.js';
import type { SessionState } from './session-state.js';

/** The settings that decide who needs a second factor. */
interface FactorPolicy {
  /** `undefined`: second factors are off. */
  readonly settings: { readonly twoFactor: { readonly required: 'never' | 'admins' | 'everyone' } | undefined };
}

/** True if two-factor is on for the account. All code that needs to know calls this function. */
export function hasTwoFactor(user: UserRecord): boolean {
  return user.twoFactorEnabledAt !== null;
}

/**
 * True if the policy requires a second factor of the user, who has none yet and has not used a passkey in this session.
 */
export function needsSetup({ settings }: FactorPolicy, { user, session }: SessionState): boolean {
  const required = settings.twoFactor?.required;
  const isRequired = required === 'everyone' || (required === 'admins' && user.role === ADMIN_ROLE);
  return isRequired && !hasTwoFactor(user) && !isProvenByPasskey(session);
}

/** The method to ask for first: an authenticator app if there is one, since its codes need no delivery. */
export function preferredMethod(factors: readonly FactorRecord[]): FactorMethod | null {
  return (factors.find(({ method }) => method === 'totp') ?? factors[0])?.method ?? null;
}
