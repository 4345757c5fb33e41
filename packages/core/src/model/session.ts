import * as v from 'valibot';
import { isoTime } from '../foundation/iso-time.js';
import type { Schema } from '../foundation/parse.js';
import type { AssuranceLevel, SessionRecord } from '../ports/store/sessions.js';

/** A session as its owner may see it. Times are ISO 8601 UTC. */
export interface Session {
  readonly id: string;
  readonly createdAt: string;
  /** The last login or refresh. */
  readonly lastUsedAt: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** 2 after a second factor was passed in it. */
  readonly aal: AssuranceLevel;
  /** Whether it is the session of this request. */
  readonly current: boolean;
}

export const sessionData: Schema<Session> = v.strictObject({
  id: v.string(),
  createdAt: v.string(),
  lastUsedAt: v.string(),
  ip: v.nullable(v.string()),
  userAgent: v.nullable(v.string()),
  aal: v.picklist([1, 2]),
  current: v.boolean(),
});

export function toSession(record: SessionRecord, currentId: string): Session {
  return {
    id: record.id,
    createdAt: isoTime(record.createdAt),
    lastUsedAt: isoTime(record.lastUsedAt),
    ip: record.ip,
    userAgent: record.userAgent,
    aal: record.aal,
    current: record.id === currentId,
  };
}
