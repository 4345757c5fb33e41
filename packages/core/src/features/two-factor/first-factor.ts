import type { FactorMethod } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';

/**
 * How the first half of a login was proven. Challenges of earlier versions, which did not record it, were all begun by
 * a password.
 */
export function firstFactorOf({ payload }: OneTimeTokenRecord): readonly string[] {
  const { amr } = payload;
  return typeof amr === 'string' ? amr.split(' ') : ['pwd'];
}

/**
 * True if the method proves something other than the first factor did. After a sign-in by email, a code by email does
 * not: both prove the same mailbox (security.md E2).
 */
export function isSecondTo(firstFactor: readonly string[], method: FactorMethod): boolean {
  return method !== 'email' || !firstFactor.includes('email');
}
