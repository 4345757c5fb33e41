import type { PurgeTable, StoreMethods } from '@sallyport/core';
import { type SQL, and, isNull, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { query } from '../connection/query.js';
import { moment } from '../connection/values.js';
import type { Session } from '../session.js';
import { tokenOverAt } from '../tables/one-time-tokens.js';
import { messageOverAt } from '../tables/outbox.js';
import { sessionOverAt } from '../tables/sessions.js';

/** Concurrent purges skip rows that another process is deleting, so that none waits and all count correctly. */
export function purgeMethod({ db, schema }: Session): StoreMethods['purge'] {
  const { attempts, counters, devices, events, factors, oneTimeTokens, outbox, rateLimits, sessions } = schema;
  const purge = (table: PgTable, key: PgColumn, isOver: SQL | undefined) => {
    const over = () =>
      db.select({ key }).from(table).where(isOver).limit(sql.placeholder('limit')).for('update', { skipLocked: true });
    return query('purge', () =>
      db
        .delete(table)
        .where(sql`${key} = any(array(${over()}))`)
        .returning({ key }),
    );
  };
  const isBefore = (moments: PgColumn | SQL): SQL => sql`${moments} < ${moment('before')}`;
  const purges: Readonly<Record<PurgeTable, ReturnType<typeof purge>>> = {
    sessions: purge(sessions, sessions.id, isBefore(sessionOverAt)),
    devices: purge(devices, devices.id, isBefore(devices.lastSeenAt)),
    oneTimeTokens: purge(oneTimeTokens, oneTimeTokens.id, isBefore(tokenOverAt)),
    factors: purge(factors, factors.id, and(isNull(factors.confirmedAt), isBefore(factors.createdAt))),
    counters: purge(counters, counters.id, isBefore(counters.expiresAt)),
    attempts: purge(attempts, attempts.key, isBefore(attempts.expiresAt)),
    rateLimits: purge(rateLimits, rateLimits.key, isBefore(rateLimits.fullAt)),
    outbox: purge(outbox, outbox.id, isBefore(messageOverAt)),
    events: purge(events, events.id, isBefore(events.at)),
  };
  return async (table, before, limit) => (await purges[table]({ before, limit })).length;
}
