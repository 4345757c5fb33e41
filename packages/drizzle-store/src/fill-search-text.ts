import { searchTextOf } from '@sallyport/core';
import type { Execute } from './engine/engine.js';

const AT_ONCE = 500;

/** Gives users who were there before the column what they are found by: SQL alone folds nothing beyond ASCII. */
export async function fillSearchText(execute: Execute): Promise<void> {
  for (let after: unknown = ''; ; ) {
    const rows = await execute('SELECT id, email, username, name FROM users WHERE id > ? ORDER BY id LIMIT ?', [after, AT_ONCE]);
    const texts = rows.map(([id, email, username, name]) => ({
      id,
      text: searchTextOf({ email: textOf(email), username: textOf(username), name: textOf(name) }),
    }));
    await execute(
      "UPDATE users SET search_text = given.value ->> 'text' FROM json_each(?) AS given WHERE users.id = given.value ->> 'id'",
      [JSON.stringify(texts)],
    );
    if (rows.length < AT_ONCE) return;
    after = rows.at(-1)?.[0];
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
