import type { Caller } from '../../model/caller.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { advanceSession } from '../sessions/advance-session.js';
import { completeChallenge } from './complete-challenge.js';
import type { FactorSubject } from './find-subject.js';
import type { PassedSession } from './verified-data.js';

export interface PassedFactor {
  readonly subject: FactorSubject;
  /** The methods of the second factor. */
  readonly amr: readonly string[];
  /** True if the code that was sent for a challenge has already consumed it. */
  readonly isConsumed: boolean;
  readonly caller: Caller;
}

/** Completes the login that waited for a second factor, or steps the session up, in the transaction that used the factor. */
export async function passSubject(tx: TransactionContext, { subject, amr, isConsumed, caller }: PassedFactor): Promise<PassedSession> {
  if (subject.kind === 'challenge') return completeChallenge(tx, { ...subject, isConsumed, amr, caller });
  return advanceSession(tx, {
    sessionId: subject.state.session.id,
    prove: (session) => ({ amr: [...new Set([...session.amr, ...amr])], aal: 2 }),
  });
}
