import type { PurgeTable, StoreMethods } from '@sallyport/core';
import { and, inArray, isNull, lt, sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { bound, query } from './engine/query.js';
import type { Session } from './session.js';
import { tokenOverAt } from './tables/one-time-tokens.js';
import { messageOverAt } from './tables/outbox.js';
import { sessionOverAt } from './tables/sessions.js';

export function purgeMethod({ db, schema }: Session): StoreMethods['purge'] {
  const { attempts, counters, devices, events, factors, oneTimeTokens, outbox, rateLimits, sessions } = schema;
  const before = bound('before');
  const purge = (table: SQLiteTable, key: SQLiteColumn, isOver: SQL | undefined) => {
    const over = () => db.select({ key }).from(table).where(isOver).limit(sql.placeholder('limit'));
    return query('purge', () => db.delete(table).where(inArray(key, over())).returning({ key }));
  };
  const purges: Readonly<Record<PurgeTable, ReturnType<typeof purge>>> = {
    sessions: purge(sessions, sessions.id, lt(sessionOverAt, before)),
    devices: purge(devices, devices.id, lt(devices.lastSeenAt, before)),
    oneTimeTokens: purge(oneTimeTokens, oneTimeTokens.id, lt(tokenOverAt, before)),
    factors: purge(factors, factors.id, and(isNull(factors.confirmedAt), lt(factors.createdAt, before))),
    counters: purge(counters, counters.id, lt(counters.expiresAt, before)),
    attempts: purge(attempts, attempts.key, lt(attempts.expiresAt, before)),
    rateLimits: purge(rateLimits, rateLimits.key, lt(rateLimits.fullAt, before)),
    outbox: purge(outbox, outbox.id, lt(messageOverAt, before)),
    events: purge(events, events.id, lt(events.at, before)),
  };
  return async (table, moment, limit) => (await purges[table]({ before: moment, limit })).length;
}
