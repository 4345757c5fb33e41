import * as v from 'valibot';
import { idInput, type IdInput } from '../../http/input.js';
import { pageInput, type PageInput } from '../../http/page.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { Schema } from '../../foundation/parse.js';
import type { EventRecord } from '../../ports/store/events.js';

/** An event of the audit trail as it is shown. Times are ISO 8601 UTC. */
export interface TrailEvent extends Omit<EventRecord, 'at' | 'lastAt'> {
  readonly at: string;
  readonly lastAt: string | null;
}

const trailEventData: Schema<TrailEvent> = v.strictObject({
  id: v.string(),
  at: v.string(),
  type: v.string(),
  outcome: v.picklist(['success', 'failure']),
  userId: v.nullable(v.string()),
  actorId: v.nullable(v.string()),
  sessionId: v.nullable(v.string()),
  ip: v.nullable(v.string()),
  userAgent: v.nullable(v.string()),
  detail: v.nullable(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
  count: v.number(),
  lastAt: v.nullable(v.string()),
});

export interface ListEventsInput extends IdInput, PageInput {}

export const listEventsInput: Schema<ListEventsInput> = v.strictObject({ ...idInput.entries, ...pageInput });

export interface EventsData {
  readonly events: readonly TrailEvent[];
}

export const eventsData: Schema<EventsData> = v.strictObject({ events: v.array(trailEventData) });

/** Who reads the trail of an account: its owner, or an administrator. */
export type TrailReader = 'owner' | 'admin';

/** Owners see what an administrator did to their account, but not from where: that is the administrator's data. */
export function toTrailEvent({ at, lastAt, ...event }: EventRecord, reader: TrailReader): TrailEvent {
  const isForeign = event.actorId !== null && event.actorId !== event.userId;
  const hidden = reader === 'owner' && isForeign ? { sessionId: null, ip: null, userAgent: null } : {};
  return { ...event, ...hidden, at: isoTime(at), lastAt: lastAt === null ? null : isoTime(lastAt) };
}
