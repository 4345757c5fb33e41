import type { PurgeTable, StoreMethods } from '@sallyport/core';
import { and, inArray, isNull, lt, sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { type Db, bound, query } from './engine/query.js';
import { attempts } from './tables/attempts.js';
import { counters } from './tables/counters.js';
import { devices } from './tables/devices.js';
import { events } from './tables/events.js';
import { factors } from './tables/factors.js';
import { oneTimeTokens, tokenOverAt } from './tables/one-time-tokens.js';
import { messageOverAt, outbox } from './tables/outbox.js';
import { rateLimits } from './tables/rate-limits.js';
import { sessionOverAt, sessions } from './tables/sessions.js';

interface Purgeable {
  readonly table: SQLiteTable;
  readonly key: SQLiteColumn;
  readonly isOver: SQL | undefined;
}

const before = bound('before');

const PURGES: Readonly<Record<PurgeTable, Purgeable>> = {
  sessions: { table: sessions, key: sessions.id, isOver: lt(sessionOverAt, before) },
  devices: { table: devices, key: devices.id, isOver: lt(devices.lastSeenAt, before) },
  oneTimeTokens: { table: oneTimeTokens, key: oneTimeTokens.id, isOver: lt(tokenOverAt, before) },
  factors: { table: factors, key: factors.id, isOver: and(isNull(factors.confirmedAt), lt(factors.createdAt, before)) },
  counters: { table: counters, key: counters.id, isOver: lt(counters.expiresAt, before) },
  attempts: { table: attempts, key: attempts.key, isOver: lt(attempts.expiresAt, before) },
  rateLimits: { table: rateLimits, key: rateLimits.key, isOver: lt(rateLimits.fullAt, before) },
  outbox: { table: outbox, key: outbox.id, isOver: lt(messageOverAt, before) },
  events: { table: events, key: events.id, isOver: lt(events.at, before) },
};

export function purgeMethod(db: Db): StoreMethods['purge'] {
  const purgeOf = ({ table, key, isOver }: Purgeable) => {
    const over = () => db.select({ key }).from(table).where(isOver).limit(sql.placeholder('limit'));
    return query('purge', () => db.delete(table).where(inArray(key, over())).returning({ key }));
  };
  const purges = {
    sessions: purgeOf(PURGES.sessions),
    devices: purgeOf(PURGES.devices),
    oneTimeTokens: purgeOf(PURGES.oneTimeTokens),
    factors: purgeOf(PURGES.factors),
    counters: purgeOf(PURGES.counters),
    attempts: purgeOf(PURGES.attempts),
    rateLimits: purgeOf(PURGES.rateLimits),
    outbox: purgeOf(PURGES.outbox),
    events: purgeOf(PURGES.events),
  };
  return async (table, moment, limit) => (await purges[table]({ before: moment, limit })).length;
}
