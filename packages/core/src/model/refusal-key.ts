import { createHash } from 'node:crypto';
import type { EventRecord } from '../ports/store/events.js';

const WINDOW_MS = 3_600_000;

/**
 * What refusals are counted by: type, subject, actor, reason and hour. A row for each would let anybody fill the disk
 * (security.md Z4). Numbers of the detail are left out, since a client can make them differ; its texts are closed sets.
 */
export function refusalKey({ type, userId, actorId, detail, at }: Omit<EventRecord, 'count' | 'lastAt'>): string {
  const reasons = Object.entries(detail ?? {}).filter(([, value]) => typeof value !== 'number');
  const key = JSON.stringify([type, userId, actorId, reasons, Math.floor(at / WINDOW_MS)]);
  return createHash('sha256').update(key).digest('base64url');
}
