import type { Caller, Deps } from '../../context.js';
import type { AssuranceLevel } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import type { RecognizedDevice } from '../devices/recognize-device.js';
import { rememberDevice } from '../devices/remember-device.js';
import { tellOfNewDevice } from '../devices/tell-of-new-device.js';
import { startSession } from './start-session.js';
import type { StartSessionDeps, StartedSession } from './start-session.js';

export type EstablishSessionDeps = StartSessionDeps & Pick<Deps, 'clock'> & { readonly unit: UnitOfWork };

export interface EstablishSessionInput {
  readonly user: UserRecord;
  /** The device, if it was recognized. */
  readonly known: RecognizedDevice | null;
  readonly amr: readonly string[];
  readonly aal: AssuranceLevel;
  readonly caller: Caller;
}

export interface EstablishedSession extends StartedSession {
  readonly deviceToken: string;
}

/**
 * Begins the session of a login whose every proof was given, within the transaction that decides on it; `null` where the
 * account changed since the proofs were checked. Every login ends here (security.md L4).
 */
export async function establishSession(
  deps: EstablishSessionDeps,
  { user, known, amr, aal, caller }: EstablishSessionInput,
): Promise<EstablishedSession | null> {
  const { unit, clock } = deps;
  // The password was verified before this transaction; had it been changed since, the change ended all sessions and
  // this one must not outlive it.
  if (!(await unit.users.recordLogin(user.id, user.securityVersion, clock.now()))) {
    const about = { userId: (await unit.users.find(user.id))?.id ?? null, actorId: null };
    await unit.record({ type: 'login.failed', outcome: 'failure', ...about, detail: { reason: 'changed-meanwhile' } });
    return null;
  }
  unit.forgetState(user.id);
  const { deviceId, deviceToken } = await rememberDevice(deps, { userId: user.id, known, caller });
  const started = await startSession(deps, { user, deviceId, amr, aal, caller });
  await unit.record({
    type: 'login.succeeded',
    outcome: 'success',
    userId: user.id,
    sessionId: started.session.id,
    detail: { newDevice: known === null, amr: amr.join(' ') },
  });
  if (known === null) await tellOfNewDevice(deps, { user, caller });
  return { ...started, deviceToken };
}
