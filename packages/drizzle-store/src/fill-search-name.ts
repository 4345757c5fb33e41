import { foldForSearch } from '@sallyport/core';
import type { Execute } from './engine/engine.js';

const BATCH = 500;

/** Fills `search_name` of users that are older than the column. SQL cannot do it: SQLite folds ASCII only. */
export async function fillSearchName(execute: Execute, tablePrefix: string): Promise<void> {
  const users = `"${tablePrefix}users"`;
  for (let after: unknown = ''; ; ) {
    const rows = await execute(`SELECT id, name FROM ${users} WHERE id > ? ORDER BY id LIMIT ?`, [after, BATCH]);
    const names = rows.map(([id, name]) => ({ id, name: typeof name === 'string' ? foldForSearch(name) : '' }));
    await execute(
      `UPDATE ${users} SET search_name = given.value ->> 'name' FROM json_each(?) AS given WHERE ${users}.id = given.value ->> 'id'`,
      [JSON.stringify(names)],
    );
    if (rows.length < BATCH) return;
    after = rows.at(-1)?.[0];
  }
}
