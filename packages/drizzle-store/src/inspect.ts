import type { StoreStatus } from '@sallyport/core';
import type { Execute } from './engine/engine.js';
import { faultOf } from './errors.js';
import { listApplied } from './migrate.js';
import { MIGRATIONS } from './migrations.js';

/** Reads the state of the database and changes nothing. */
export async function inspect(execute: Execute, tablePrefix: string): Promise<StoreStatus> {
  const known = MIGRATIONS.map(({ tag }) => tag);
  try {
    const applied = await listApplied(execute, tablePrefix);
    const [[now] = []] = await execute("SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)", []);
    return {
      now: Number(now),
      pendingMigrations: known.filter((tag) => !applied.includes(tag)),
      unknownMigrations: applied.filter((tag) => !known.includes(tag)),
    };
  } catch (error) {
    throw faultOf(error, 'inspect');
  }
}
