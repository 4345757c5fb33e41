import type { RateLimitStore } from '@sallyport/core';
import { and, eq, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, milliseconds, moment } from '../connection/values.js';
import type { Session } from '../session.js';

/** One statement decides and counts: INSERT … ON CONFLICT DO UPDATE locks the row and reads its latest version. */
export function rateLimitMethods({ db, schema }: Session): RateLimitStore {
  const { rateLimits } = schema;
  const returningFullAt = { fullAt: milliseconds(rateLimits.fullAt) };
  const span = (name: string) => sql`${bound(name)}::float8 * interval '1 millisecond'`;
  const latest = sql`${moment('now')} + ${span('burstMs')}`;
  const next = sql<number>`greatest(least(${rateLimits.fullAt}, ${latest}), ${moment('now')}) + ${span('intervalMs')}`;

  const take = query('rateLimits.take', () =>
    db
      .insert(rateLimits)
      .values({ key: bound('key'), fullAt: sql`${moment('now')} + ${span('intervalMs')}` })
      .onConflictDoUpdate({ target: rateLimits.key, set: { fullAt: next }, setWhere: sql`${next} <= ${latest}` })
      .returning(returningFullAt),
  );
  const find = query('rateLimits.take', () => db.select(returningFullAt).from(rateLimits).where(eq(rateLimits.key, bound('key'))));
  const lower = query('rateLimits.take', () =>
    db.update(rateLimits).set({ fullAt: latest }).where(and(eq(rateLimits.key, bound('key')), sql`${rateLimits.fullAt} > ${latest}`)),
  );

  return {
    async take(hit) {
      const { key, now, burstMs } = hit;
      const [taken] = await take({ ...hit });
      if (taken !== undefined) return { kind: 'taken', fullAt: taken.fullAt };
      const [row] = await find({ key });
      const fullAt = Math.min(row?.fullAt ?? now, now + burstMs);
      // The clock went back: without this, the wait would start again at each moment until the clock has caught up.
      if (row !== undefined && row.fullAt > fullAt) await lower({ key, now, burstMs });
      return { kind: 'refused', fullAt };
    },
  };
}
