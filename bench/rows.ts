// Measures the size of rows, indexes included: users, and the rows that a login creates.
import { randomBytes } from 'node:crypto';
import { createAuth } from '@sallyport/core';
import { databases } from './databases.js';
import { seedUsers } from './seed-users.js';

const PASSWORD = 'seven violet otters';
const USERS = 20_000;
const LOGINS_AT_ONCE = 16;
/** A table with fewer rows than this is mostly empty pages, so its size says nothing. */
const FEWEST_ROWS = 1_000;

/** Prints the bytes per row of each table with enough rows, after one registration and one login from a new device for each user. */
export async function measureRows(): Promise<void> {
  for (const { name, create } of databases()) {
    const { store, tables, drop } = await create();
    const auth = createAuth({
      secret: randomBytes(32).toString('hex'),
      store,
      passwords: { cost: 4 },
      throttling: { source: false },
      notifier: { channels: ['email'], send: () => Promise.resolve() },
      logger: false,
    });
    await seedUsers({ auth, store, users: USERS, password: PASSWORD });
    for (let from = 0; from < USERS; from += LOGINS_AT_ONCE) {
      const logins = Array.from({ length: LOGINS_AT_ONCE }, (_, at) => auth.api.login({ email: `user-${from + at}@example.com`, password: PASSWORD }));
      await Promise.all(logins);
    }
    await auth.close();
    for (const { table, rows, bytes } of await tables()) {
      if (rows >= FEWEST_ROWS) console.log(`${name}: bytes a row of ${table}`.padEnd(62), Math.round(bytes / rows));
    }
    await drop();
  }
}
