import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { withTransaction } from '../../unit-of-work.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { matchesSentCode, MAX_CODE_ATTEMPTS } from '../tokens/sent-code.js';
import { takeCodeGuess } from './limit-code-guesses.js';

export interface CodeToken {
  readonly token: OneTimeTokenRecord;
  readonly email: string;
}

/** True if this is the code that was mailed. Whether it may be used is decided by `takeRightCode`, which counts. */
export function isMailedCode(context: Context, { token, code }: { readonly token: OneTimeTokenRecord; readonly code: string }): boolean {
  return token.code !== null && matchesSentCode(context, { tokenId: token.id, code, sent: token.code });
}

/** Counts a wrong code for its token and its address. Fails with `TOO_MANY_REQUESTS` where too many were wrong for the address. */
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
 * Admits a right code, in the transaction that uses it, if it is within the limits. It counts as the wrong ones do, so that of
 * many codes at once no more can win than the limits allow (security.md M3, M4).
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
