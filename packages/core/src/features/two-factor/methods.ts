import type { Deps } from '../../context.js';
import type { FactorMethod, FactorRecord } from '../../ports/store/factors.js';
import type { UserRecord } from '../../ports/store/users.js';
import { ADMIN_ROLE } from '../accounts/options.js';

/** Whether the method is configured and the notifier can deliver its codes. */
export function isOffered({ settings, channels }: Pick<Deps, 'settings' | 'channels'>, method: FactorMethod): boolean {
  return settings.twoFactor.methods.includes(method) && (method === 'totp' || channels.includes(method));
}

/** The method to ask for first: an authenticator app where there is one, since nothing has to be delivered. */
export function preferredMethod(factors: readonly FactorRecord[]): FactorMethod | null {
  return (factors.find(({ method }) => method === 'totp') ?? factors[0])?.method ?? null;
}

/** Whether the policy demands a second factor of the user, who has none yet. */
export function needsSetup({ settings }: Pick<Deps, 'settings'>, user: UserRecord): boolean {
  const { required } = settings.twoFactor;
  const isAsked = required === 'everyone' || (required === 'admins' && user.role === ADMIN_ROLE);
  return isAsked && user.twoFactorEnabledAt === null;
}
