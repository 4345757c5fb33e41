import type { StoreStatus } from '@sallyport/core';
import type { Execute } from './connection/connection.js';
import { listApplied, whyUnsupported } from './migrate.js';
import { MIGRATIONS } from './migrations/migrations.js';

/** Reads the state of the database and changes nothing. */
export async function inspect(execute: Execute, tablePrefix: string): Promise<StoreStatus> {
  const known = MIGRATIONS.map(({ tag }) => tag);
  const applied = await listApplied(execute, tablePrefix);
  const [[now] = []] = await execute('SELECT extract(epoch from clock_timestamp()) * 1000', []);
  return {
    now: Math.floor(Number(now)),
    pendingMigrations: known.filter((tag) => !applied.includes(tag)),
    unknownMigrations: applied.filter((tag) => !known.includes(tag)),
    unsupported: await whyUnsupported(execute),
  };
}
