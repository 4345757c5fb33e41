import type { RateLimitStore } from '@sallyport/core';
import { and, eq, gt, sql } from 'drizzle-orm';
import { bound, query } from './engine/query.js';
import type { Session } from './session.js';

export function rateLimitMethods({ db, schema }: Session): RateLimitStore {
  const { rateLimits } = schema;
  const latest = sql`${bound('now')} + ${bound('burstMs')}`;
  const next = sql`max(min(${rateLimits.fullAt}, ${latest}), ${bound('now')}) + ${bound('intervalMs')}`;

  const take = query('rateLimits.take', () =>
    db
      .insert(rateLimits)
      .values({ key: bound('key'), fullAt: sql`${bound('now')} + ${bound('intervalMs')}` })
      .onConflictDoUpdate({ target: rateLimits.key, set: { fullAt: next }, setWhere: sql`${next} <= ${latest}` })
      .returning({ fullAt: rateLimits.fullAt }),
  );
  const held = query('rateLimits.take', () =>
    db.select({ fullAt: rateLimits.fullAt }).from(rateLimits).where(eq(rateLimits.key, bound('key'))),
  );
  const lower = query('rateLimits.take', () =>
    db.update(rateLimits).set({ fullAt: latest }).where(and(eq(rateLimits.key, bound('key')), gt(rateLimits.fullAt, latest))),
  );

  return {
    async take(hit) {
      const { key, now, burstMs } = hit;
      const [taken] = await take({ ...hit });
      if (taken !== undefined) return { kind: 'taken', fullAt: taken.fullAt };
      const [row] = await held({ key });
      const fullAt = Math.min(row?.fullAt ?? now, now + burstMs);
      // The clock went back: without this, the wait would start again at each moment until the clock has caught up.
      if (row !== undefined && row.fullAt > fullAt) await lower({ key, now, burstMs });
      return { kind: 'refused', fullAt };
    },
  };
}
