import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { UserRecord } from '../../ports/store/users.js';
import { transact } from '../../unit-of-work.js';
import type { TransactDeps } from '../../unit-of-work.js';
import { recognizeDevice } from '../devices/recognize-device.js';
import type { RecognizeDeviceDeps, RecognizedDevice } from '../devices/recognize-device.js';
import { issueAccessToken } from '../sessions/issue-access-token.js';
import { beginChallenge } from '../two-factor/begin-challenge.js';
import type { BeginChallengeDeps } from '../two-factor/begin-challenge.js';
import { sessionAuth } from '../../model/auth-block.js';
import { establishSession } from '../sessions/begin-session.js';
import type { EstablishSessionDeps } from '../sessions/begin-session.js';
import type { LoginOutcome } from './schema.js';

export type CompleteLoginDeps = TransactDeps &
  RecognizeDeviceDeps &
  Omit<EstablishSessionDeps, 'unit'> &
  BeginChallengeDeps &
  Pick<Deps, 'accessTokens'>;

export interface CompleteLoginInput {
  readonly user: UserRecord;
  readonly deviceToken: string | undefined;
  readonly caller: Caller;
}

/** Turns verified credentials into a session with its tokens, or into the challenge for the second factor. */
export async function completeLogin(
  deps: CompleteLoginDeps,
  { user, deviceToken, caller }: CompleteLoginInput,
): Promise<LoginOutcome> {
  const known = await recognizeDevice(deps, { userId: user.id, deviceToken });
  const hasFactor = user.twoFactorEnabledAt !== null;
  if (hasFactor && !isTrusted(deps, known)) return beginChallenge(deps, { user, known, caller });
  const started = await transact(deps, {
    caller,
    work: (unit) =>
      establishSession(
        { ...deps, unit },
        { user, known, caller, ...(hasFactor ? { amr: ['pwd', 'device'], aal: 2 } : { amr: ['pwd'], aal: 1 }) },
      ),
  });
  if (started === null) throw new AuthError('INVALID_CREDENTIALS');
  const state = { session: started.session, user };
  const { accessToken, expiresAt } = await issueAccessToken(deps, state);
  return {
    accessToken,
    refreshToken: started.refreshToken,
    deviceToken: started.deviceToken,
    tokenType: 'Bearer',
    userId: user.id,
    expiresAt: isoTime(expiresAt),
    auth: sessionAuth(deps, state),
  };
}

/** Whether a second factor was passed on the device so lately that it is spared it now. */
function isTrusted({ clock }: Pick<Deps, 'clock'>, device: RecognizedDevice | null): boolean {
  return device !== null && device.trustedUntil !== null && clock.now() < device.trustedUntil;
}
