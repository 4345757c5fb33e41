import type { StoreStatus } from '@sallyport/core';
import type { Execute } from './engine/engine.js';
import { faultOf } from './errors.js';
import { readApplied, readMigrations } from './migrate.js';

/** Reads the state of the database and changes nothing. */
export async function inspect(execute: Execute): Promise<StoreStatus> {
  const known = (await readMigrations()).map(({ tag }) => tag);
  try {
    const applied = await readApplied(execute);
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
