import type { Caller } from '../../model/caller.js';
import type { TransactionContext } from '../../unit-of-work.js';
import type { AssuranceLevel } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { RecognizedDevice } from '../devices/recognize-device.js';
import { rememberDevice } from '../devices/remember-device.js';
import { notifyNewDevice } from '../devices/notify-new-device.js';
import { insertSession } from './insert-session.js';
import type { InsertedSession } from './insert-session.js';

export interface BeginSessionInput {
  readonly user: UserRecord;
  /** The device, if it was recognized. */
  readonly known: RecognizedDevice | null;
  readonly amr: readonly string[];
  readonly aal: AssuranceLevel;
  readonly caller: Caller;
}

export interface BegunSession extends InsertedSession {
  readonly deviceToken: string;
}

/**
 * Begins the session of a login that has passed all its proofs, in the transaction that decides on it. Returns `null`
 * if the account changed since the proofs were checked. Every login ends here (security.md L4).
 */
export async function beginSession(
  context: TransactionContext,
  { user, known, amr, aal, caller }: BeginSessionInput,
): Promise<BegunSession | null> {
  const { unit, clock } = context;
  // L4: the proofs were checked before this transaction. If the password changed since, or two-factor was turned on,
  // all sessions were ended, and this one must not be begun after that.
  if (!(await unit.users.recordLogin(user.id, user, clock.now()))) {
    const about = { userId: (await unit.users.find(user.id))?.id ?? null, actorId: null };
    await unit.record({ type: 'login.failed', outcome: 'failure', ...about, detail: { reason: 'changed-meanwhile' } });
    return null;
  }
  unit.invalidateSessionCache(user.id);
  const { deviceId, deviceToken } = await rememberDevice(context, { userId: user.id, known, caller });
  const started = await insertSession(context, { user, deviceId, amr, aal, caller });
  await unit.record({
    type: 'login.succeeded',
    outcome: 'success',
    userId: user.id,
    sessionId: started.session.id,
    detail: { newDevice: known === null, amr: amr.join(' ') },
  });
  if (known === null) await notifyNewDevice(context, { user, caller });
  return { ...started, deviceToken };
}
