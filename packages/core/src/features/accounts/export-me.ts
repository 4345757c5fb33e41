import * as v from 'valibot';
import type { Caller, Deps } from '../../deps.js';
import type { Schema } from '../../parse.js';
import { isoTime } from '../../iso-time.js';
import { toTrailEvent } from '../audit/schema.js';
import type { TrailEvent } from '../audit/schema.js';
import { recordEvent } from '../audit/transact.js';
import type { TransactDeps } from '../audit/transact.js';
import { toDevice } from '../devices/schema.js';
import type { Device } from '../devices/schema.js';
import { toSession } from '../sessions/session.js';
import type { Session } from '../sessions/session.js';
import type { SessionState } from '../sessions/session-states.js';
import { toUser } from './user.js';
import type { User } from './user.js';

/** Everything that is held about a person, but for secrets and their hashes. Times are ISO 8601 UTC. */
export interface ExportData<Profile = unknown> {
  readonly exportedAt: string;
  readonly user: User<Profile> & { readonly phone: string | null; readonly passwordChangedAt: string | null };
  readonly sessions: readonly Session[];
  readonly devices: readonly Device[];
  readonly events: readonly TrailEvent[];
}

export const exportData: Schema<ExportData> = v.custom<ExportData>((value) => typeof value === 'object');

const PAGE = 500;

/** What a person may ask to be shown (GDPR article 15), as JSON. */
export async function exportMe(
  deps: TransactDeps & Pick<Deps, 'settings'>,
  { current, caller }: { readonly current: SessionState; readonly caller: Caller },
): Promise<ExportData> {
  const { user, session } = current;
  const [sessions, devices, events] = await Promise.all([
    deps.store.sessions.listAll(user.id),
    deps.store.devices.list(user.id),
    allEvents(deps, user.id),
  ]);
  // Last, so that the trail tells of no export that could not be made.
  await recordEvent(deps, {
    caller,
    event: { type: 'account.exported', outcome: 'success', userId: user.id, sessionId: session.id },
  });
  return {
    exportedAt: isoTime(deps.clock.now()),
    user: {
      ...toUser(deps, user),
      phone: user.phone,
      passwordChangedAt: user.passwordChangedAt === null ? null : isoTime(user.passwordChangedAt),
    },
    sessions: sessions.map((record) => toSession(record, session.id)),
    devices: devices.map((record) => toDevice(record, session.deviceId)),
    events,
  };
}

async function allEvents({ store }: TransactDeps, userId: string): Promise<TrailEvent[]> {
  const events: TrailEvent[] = [];
  let page = await store.events.list(userId, { limit: PAGE });
  for (;;) {
    events.push(...page.map((event) => toTrailEvent(event, 'owner')));
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return events;
    page = await store.events.list(userId, { limit: PAGE, beforeId: last.id });
  }
}
