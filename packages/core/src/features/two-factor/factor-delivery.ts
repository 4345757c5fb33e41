import type { Context } from '../../context.js';
import type { FactorMethod, FactorRecord } from '../../ports/store/factors.js';
import type { UserRecord } from '../../ports/store/users.js';

/** True if the method is configured and the notifier can deliver its codes. */
export function isOffered({ settings, notifier }: Context, method: FactorMethod): boolean {
  return settings.twoFactor?.methods.includes(method) === true && (method === 'totp' || notifier.channels.includes(method));
}

/**
 * Where a code of the factor is sent, or `null` if it cannot be sent. Emails go to the user's present address, once it
 * is proven, not to the address at set-up (security.md M9).
 */
export function destinationOf(user: UserRecord, { method, destination }: FactorRecord): string | null {
  switch (method) {
    case 'totp':
      return null;
    case 'sms':
      return destination;
    case 'email':
      return user.emailVerifiedAt === null ? null : user.email;
  }
}

/** Shows enough of a destination that its owner recognises it: `a***@example.com`, `+1*******23`. */
export function maskDestination(destination: string): string {
  const at = destination.indexOf('@');
  if (at > 0) return `${destination.slice(0, 1)}***${destination.slice(at)}`;
  return `${destination.slice(0, 2)}${'*'.repeat(Math.max(0, destination.length - 4))}${destination.slice(-2)}`;
}
