import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import { withTransaction } from '../../unit-of-work.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { matchesSentCode, MAX_CODE_ATTEMPTS } from '../tokens/sent-code.js';
import { takeCodeGuess } from './limit-code-guesses.js';

export interface CheckCodeInput {
  readonly token: OneTimeTokenRecord;
  readonly email: string;
  readonly code: string;
  readonly caller: Caller;
}

/**
 * True if this is the code that was mailed for the token. The guess is counted before it is compared, by the token and by the
 * address, so that many at once are no more than the limits allow (security.md M3). Fails with `TOO_MANY_REQUESTS` where too many
 * codes of the address were wrong, for the right one too.
 */
export async function checkCode(context: Context, { token, email, code, caller }: CheckCodeInput): Promise<boolean> {
  const { code: sent } = token;
  if (sent === null) return false;
  const outcome = await withTransaction(context, {
    caller,
    async work(tx) {
      const guess = await takeCodeGuess(tx, email);
      if (guess.kind === 'refused') return guess;
      const isCounted = await tx.unit.oneTimeTokens.takeAttempt(token.id, MAX_CODE_ATTEMPTS, tx.clock.now());
      const isRight = isCounted && matchesSentCode(tx, { tokenId: token.id, code, sent });
      if (isRight) await tx.unit.counters.refund(guess.hitId);
      return { kind: 'compared', isRight } as const;
    },
  });
  if (outcome.kind === 'refused') throw tooManyRequests(context, outcome.retryAt);
  return outcome.isRight;
}
