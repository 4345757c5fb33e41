import { hasTwoFactor } from '../../model/factor-policy.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { UserRecord } from '../../ports/store/users.js';
import { withTransaction } from '../../unit-of-work.js';
import { recognizeDevice } from '../devices/recognize-device.js';
import type { RecognizedDevice } from '../devices/recognize-device.js';
import { issueAccessToken } from '../sessions/issue-access-token.js';
import { beginChallenge } from '../two-factor/begin-challenge.js';
import { sessionAuth } from '../../model/auth-block.js';
import { beginSession } from '../sessions/begin-session.js';
import type { LoginOutcome } from './schema.js';

export interface FinishLoginInput {
  readonly user: UserRecord;
  readonly deviceToken: string | undefined;
  readonly caller: Caller;
}

/** Turns verified credentials into a session with its tokens, or into the challenge for the second factor. */
export async function finishLogin(
  context: Context,
  { user, deviceToken, caller }: FinishLoginInput,
): Promise<LoginOutcome> {
  const known = await recognizeDevice(context, { userId: user.id, deviceToken });
  const hasFactor = hasTwoFactor(user);
  if (hasFactor && !isTrusted(context, known)) return beginChallenge(context, { user, known, caller });
  const started = await withTransaction(context, {
    caller,
    work: (tx) =>
      beginSession(tx,
        { user, known, caller, ...(hasFactor ? { amr: ['pwd', 'device'], aal: 2 } : { amr: ['pwd'], aal: 1 }) },
      ),
  });
  if (started === null) throw new AuthError('INVALID_CREDENTIALS');
  const state = { session: started.session, user };
  const { accessToken, expiresAt } = await issueAccessToken(context, state);
  return {
    accessToken,
    refreshToken: started.refreshToken,
    deviceToken: started.deviceToken,
    tokenType: 'Bearer',
    userId: user.id,
    expiresAt: isoTime(expiresAt),
    auth: sessionAuth(context, state),
  };
}

/** Whether a second factor was passed on the device so lately that it is spared it now. */
function isTrusted({ clock }: Context, device: RecognizedDevice | null): boolean {
  return device !== null && device.trustedUntil !== null && clock.now() < device.trustedUntil;
}
