import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { recognizeDevice } from '../devices/recognize-device.js';
import { beginSession, type BegunSession } from '../sessions/begin-session.js';
import { firstFactorOf } from './first-factor.js';
import { deviceTokenOf } from './make-challenge.js';

export interface CompleteChallengeInput {
  readonly user: UserRecord;
  readonly challenge: OneTimeTokenRecord;
  /** True if the code that was sent for the challenge has already consumed it. */
  readonly isConsumed: boolean;
  /** The methods of the second factor. */
  readonly amr: readonly string[];
  readonly caller: Caller;
}

/**
 * Completes a challenge with a session at the second assurance level. Fails with `INVALID_TOKEN` if the challenge was
 * used or voided.
 */
export async function completeChallenge(
  context: TransactionContext,
  { user, challenge, isConsumed, amr, caller }: CompleteChallengeInput,
): Promise<BegunSession> {
  const { unit, clock } = context;
  // Thrown, not returned: the rollback also restores the code that was used up in this transaction.
  if (!isConsumed && !(await unit.oneTimeTokens.consume(challenge.id, clock.now()))) throw new AuthError('INVALID_TOKEN');
  const known = await recognizeDevice(context, { userId: user.id, deviceToken: deviceTokenOf(context, challenge) });
  const begun = await beginSession(context, { user, known, amr: [...new Set([...firstFactorOf(challenge), ...amr])], aal: 2, caller });
  if (begun === null) throw new AuthError('INVALID_TOKEN');
  return begun;
}
