import type { Caller, Deps } from '../../deps.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../iso-time.js';
import type { UserRecord } from '../../ports/store/users.js';
import { transact } from '../audit/transact.js';
import type { TransactDeps } from '../audit/transact.js';
import { recognizeDevice } from '../devices/recognize-device.js';
import type { RecognizeDeviceDeps } from '../devices/recognize-device.js';
import { rememberDevice } from '../devices/remember-device.js';
import { startSession } from '../sessions/start-session.js';
import type { StartSessionDeps } from '../sessions/start-session.js';
import { issueAccessToken } from '../tokens/issue-access-token.js';
import { sessionAuth } from './auth-block.js';
import type { LoginData } from './schema.js';

export type CompleteLoginDeps = TransactDeps &
  RecognizeDeviceDeps &
  Omit<StartSessionDeps, 'unit'> &
  Pick<Deps, 'accessTokens'>;

export interface CompleteLoginInput {
  readonly user: UserRecord;
  readonly deviceToken: string | undefined;
  readonly caller: Caller;
}

/** Turns verified credentials into a session with its tokens. Every login ends here (security.md L4). */
export async function completeLogin(
  deps: CompleteLoginDeps,
  { user, deviceToken, caller }: CompleteLoginInput,
): Promise<LoginData> {
  const known = await recognizeDevice(deps, { userId: user.id, deviceToken });
  const started = await transact(deps, {
    caller,
    async work(unit) {
      // The password was verified before this transaction; had it been changed since, the change ended all sessions
      // and this one must not outlive it.
      if (!(await unit.users.recordLogin(user.id, user.securityVersion, deps.clock.now()))) {
        const about = { userId: (await unit.users.find(user.id))?.id ?? null, actorId: null };
        await unit.record({ type: 'login.failed', outcome: 'failure', ...about, detail: { reason: 'changed-meanwhile' } });
        return null;
      }
      unit.forgetState(user.id);
      const device = await rememberDevice({ ...deps, unit }, { userId: user.id, known, caller });
      const started = await startSession(
        { ...deps, unit },
        { user, deviceId: device.deviceId, amr: ['pwd'], aal: 1, caller },
      );
      await unit.record({
        type: 'login.succeeded',
        outcome: 'success',
        userId: user.id,
        sessionId: started.session.id,
        detail: { newDevice: known === null },
      });
      return { ...started, deviceToken: device.deviceToken };
    },
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
    auth: sessionAuth(state),
  };
}
