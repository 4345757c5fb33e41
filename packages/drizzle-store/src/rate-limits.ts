import type { RateLimitStore } from '@sallyport/core';
import { eq, sql } from 'drizzle-orm';
import { type Db, bound, query } from './engine/query.js';
import { rateLimits } from './tables/rate-limits.js';

export function rateLimitMethods(db: Db): RateLimitStore {
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

  return {
    async take(hit) {
      const { key, now, burstMs } = hit;
      const [taken] = await take({ ...hit });
      if (taken !== undefined) return { kind: 'taken', fullAt: taken.fullAt };
      const [row] = await held({ key });
      return { kind: 'refused', fullAt: Math.min(row?.fullAt ?? now, now + burstMs) };
    },
  };
}
