import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { sessionAuth } from '../../model/auth-block.js';
import type { Caller } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import type { UserRecord } from '../../ports/store/users.js';
import { withTransaction } from '../../unit-of-work.js';
import { recognizeDevice } from '../devices/recognize-device.js';
import type { RecognizedDevice } from '../devices/recognize-device.js';
import { beginSession } from '../sessions/begin-session.js';
import { issueAccessToken } from '../sessions/issue-access-token.js';
import { beginChallenge } from '../two-factor/begin-challenge.js';
import type { LoginOutcome } from './schema.js';

export interface FinishLoginInput {
  readonly user: UserRecord;
  readonly deviceToken: string | undefined;
  readonly caller: Caller;
}

export interface FinishedLogin<Data extends LoginOutcome = LoginOutcome> {
  readonly data: Data;
  /** When a second-factor code can be sent, if none was because a limit is reached. Milliseconds since the epoch. */
  readonly codeRetryAt: number | null;
}

/** Turns verified credentials into a session with its tokens, or into the challenge for the second factor. */
export async function finishLogin(
  context: Context,
  { user, deviceToken, caller }: FinishLoginInput,
): Promise<FinishedLogin> {
  const known = await recognizeDevice(context, { userId: user.id, deviceToken });
  if (hasTwoFactor(user) && !isTrusted(context, known)) {
    const { data, retryAt } = await beginChallenge(context, { user, known, caller });
    return { data, codeRetryAt: retryAt };
  }
  // M6: a trusted device is spared the question. That is not an answer, so the session stays at AAL1.
  const begun = await withTransaction(context, {
    caller,
    work: (tx) => beginSession(tx, { user, known, amr: ['pwd'], aal: 1, caller }),
  });
  if (begun === null) throw new AuthError('INVALID_CREDENTIALS');
  const state = { session: begun.session, user };
  const { accessToken, expiresAt } = await issueAccessToken(context, state);
  const data: LoginOutcome = {
    accessToken,
    refreshToken: begun.refreshToken,
    deviceToken: begun.deviceToken,
    tokenType: 'Bearer',
    userId: user.id,
    expiresAt: isoTime(expiresAt),
    auth: sessionAuth(context, state),
  };
  return { data, codeRetryAt: null };
}

/** True if a second factor was passed on the device and its trust has not expired. */
function isTrusted({ clock }: Context, device: RecognizedDevice | null): boolean {
  return device !== null && device.trustedUntil !== null && clock.now() < device.trustedUntil;
}
