import type { Caller } from '../../model/caller.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { open } from '../../crypto/sealed.js';
import { AuthError } from '../../errors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { SessionRecord } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { recognizeDevice } from '../devices/recognize-device.js';
import { beginSession } from '../sessions/begin-session.js';

export interface PassedSession {
  readonly session: SessionRecord;
  readonly refreshToken: string;
  readonly deviceToken?: string;
}

export interface CompleteChallengeInput {
  readonly user: UserRecord;
  readonly challenge: OneTimeTokenRecord;
  /** Whether the code that was sent for it used the challenge up. */
  readonly isConsumed: boolean;
  readonly amr: string;
  readonly caller: Caller;
}

/** Ends a challenge with a session at the second assurance level. Fails with `INVALID_TOKEN` where it was ended before. */
export async function completeChallenge(
  context: TransactionContext,
  { user, challenge, isConsumed, amr, caller }: CompleteChallengeInput,
): Promise<PassedSession> {
  const { unit, clock, keyring } = context;
  // Thrown, not returned: whatever the code used up in this transaction is given back.
  if (!isConsumed && !(await unit.oneTimeTokens.consume(challenge.id, clock.now()))) throw new AuthError('INVALID_TOKEN');
  const sealed = challenge.payload['device'];
  const deviceToken =
    typeof sealed === 'string' ? open(keyring, { sealed, context: `challenge:${challenge.id}` }) : null;
  const known = await recognizeDevice(context, { userId: user.id, deviceToken: deviceToken ?? undefined });
  const established = await beginSession(context, { user, known, amr: ['pwd', amr], aal: 2, caller });
  if (established === null) throw new AuthError('INVALID_TOKEN');
  return established;
}
