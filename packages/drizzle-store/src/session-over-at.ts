import { sql, type SQL } from 'drizzle-orm';

/**
 * When a session is over: the first of the three ends that it may come to. SQLite uses the index on it only for these
 * very words, and drizzle-kit takes a comma for the end of an expression, which rules `min` out.
 */
export const sessionOverAt: SQL<number> = sql`case
  when revoked_at < idle_expires_at and revoked_at < expires_at then revoked_at
  when idle_expires_at < expires_at then idle_expires_at
  else expires_at end`;
