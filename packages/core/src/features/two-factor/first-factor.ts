import type { FactorMethod } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';

/** How the first half of a login was proven. A version that did not note it began challenges by passwords alone. */
export function firstFactorOf({ payload }: OneTimeTokenRecord): readonly string[] {
  const { amr } = payload;
  return typeof amr === 'string' ? amr.split(' ') : ['pwd'];
}

/**
 * True if the method proves something else than the first factor did. After a sign-in by email a code by email does not: both
 * prove the same mailbox (security.md E2).
 */
export function isSecondTo(firstFactor: readonly string[], method: FactorMethod): boolean {
  return method !== 'email' || !firstFactor.includes('email');
}
