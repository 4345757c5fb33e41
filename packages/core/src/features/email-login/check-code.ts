import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { matchesSentCode, MAX_CODE_ATTEMPTS } from '../tokens/sent-code.js';
import { takeCodeGuess } from './limit-code-guesses.js';

export interface CodeToken {
  readonly token: OneTimeTokenRecord;
  readonly email: string;
}

/** True if this is the code that was mailed. `takeRightCode`, which counts, decides whether it may be used. */
export function isMailedCode(context: Context, { token, code }: { readonly token: OneTimeTokenRecord; readonly code: string }): boolean {
  return token.code !== null && matchesSentCode(context, { tokenId: token.id, code, sent: token.code });
}

/**
 * Counts a wrong code against its token and its address. Fails with `TOO_MANY_REQUESTS` after too many wrong codes for
 * the address.
 */
export async function countWrongCode(context: Context, { token, email, caller }: CodeToken & { readonly caller: Caller }): Promise<void> {
  await withTransaction(context, {
    caller,
    async work(tx) {
      await takeGuess(tx, email);
      await tx.unit.oneTimeTokens.takeAttempt(token.id, MAX_CODE_ATTEMPTS, tx.clock.now());
    },
  });
}

/**
 * Accepts a right code within the limits, in the transaction that uses it. It is counted like a wrong one, so that of
 * many concurrent codes no more can succeed than the limits allow (security.md M3, M4).
 */
export async function takeRightCode(tx: TransactionContext, { token, email }: CodeToken): Promise<void> {
  const { unit, clock } = tx;
  const hitId = await takeGuess(tx, email);
  if (!(await unit.oneTimeTokens.takeAttempt(token.id, MAX_CODE_ATTEMPTS, clock.now()))) throw new AuthError('INVALID_LOGIN_TOKEN');
  await unit.counters.refund(hitId);
}

async function takeGuess(tx: TransactionContext, email: string): Promise<string> {
  const guess = await takeCodeGuess(tx, email);
  if (guess.kind === 'refused') throw tooManyRequests(tx, guess.retryAt);
  return guess.hitId;
}
