import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { EventSubject } from '../../model/events.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { checkSecondFactor, type CheckSecondFactorInput, type PassedCheck } from './check-second-factor.js';
import type { FactorSubject } from './find-subject.js';
import { sentForSubject } from './step-up-token.js';

export interface SecondFactorUse<T> extends Pick<CheckSecondFactorInput, 'code' | 'method'> {
  readonly subject: FactorSubject;
  /** Whom the event of a wrong code is about. */
  readonly about: EventSubject;
  readonly caller: Caller;
  /** What the code authorizes. It runs in the transaction that uses the code up. */
  readonly work: (tx: TransactionContext, passed: PassedCheck) => Promise<T>;
}

/**
 * Checks a second-factor code and does what it authorizes, in one transaction. A wrong or replayed code is
 * `INVALID_TWO_FACTOR_CODE`, with an event; too many of them are `TOO_MANY_REQUESTS` (security.md M1 to M5).
 */
export async function withSecondFactor<T>(
  context: Context,
  { subject, code, method, about, caller, work }: SecondFactorUse<T>,
): Promise<T> {
  const outcome = await withTransaction(context, {
    caller,
    async work(tx) {
      const sentFor = await sentForSubject(tx, subject);
      const check = await checkSecondFactor(tx, { userId: subject.user.id, code, method, sentFor });
      if (check.kind === 'passed') return { kind: check.kind, result: await work(tx, check) };
      // Returned, not thrown: a wrong code counts although the request fails.
      const detail = { reason: check.kind, method: method ?? 'any' } as const;
      await tx.unit.record({ type: 'two-factor.failed', outcome: 'failure', ...about, detail });
      return check;
    },
  });
  if (outcome.kind === 'paused') throw tooManyRequests(context, outcome.retryAt);
  if (outcome.kind === 'wrong') throw new AuthError('INVALID_TWO_FACTOR_CODE');
  return outcome.result;
}
