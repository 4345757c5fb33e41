import { createHash } from 'node:crypto';
import type { EventRecord } from '../ports/store/events.js';

const WINDOW_MS = 3_600_000;

/**
 * The key under which refusals are counted: type, subject, actor, reason and hour. With a row for each, anyone could
 * fill the disk (security.md Z4). Numbers of the detail are left out, since a client can vary them; its texts are
 * closed sets.
 */
export function refusalKey({ type, userId, actorId, detail, at }: Omit<EventRecord, 'count' | 'lastAt'>): string {
  const reasons = Object.entries(detail ?? {}).filter(([, value]) => typeof value !== 'number');
  const key = JSON.stringify([type, userId, actorId, reasons, Math.floor(at / WINDOW_MS)]);
  return createHash('sha256').update(key).digest('base64url');
}
