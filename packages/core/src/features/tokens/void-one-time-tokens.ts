import type { TransactionContext } from '../../unit-of-work.js';
import type { TokenPurpose } from '../../ports/store/one-time-tokens.js';

const EVERY_PURPOSE: readonly TokenPurpose[] = [
  'password-reset',
  'email-verification',
  'email-change',
  'invitation',
  'email-login',
  'challenge',
  'step-up',
  'factor-setup',
  'provider-attempt',
  'provider-code',
];

/**
 * Voids all tokens that were issued before a credential of the account changed, in the transaction that changes it: a link in a
 * mailbox that no longer belongs to the owner, a pending change of address, a login in progress (security.md R1, R5).
 */
export async function voidOneTimeTokens(
  { unit, clock }: TransactionContext,
  userId: string,
): Promise<void> {
  await unit.oneTimeTokens.voidAll(userId, EVERY_PURPOSE, clock.now());
}
