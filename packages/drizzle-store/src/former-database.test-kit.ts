import type { Connection } from './engine/native-connection.js';
import { openConnection } from './engine/open-connection.test-kit.js';
import { MIGRATIONS } from './migrations.js';

/** The migrations of version 0.1.0, before tables had a prefix. */
export const FORMER_MIGRATIONS: typeof MIGRATIONS = MIGRATIONS.slice(0, 8);

/** A database as 0.1.0 created it, or with only the first migrations. */
export function makeFormerDatabase(path: string, count: number = FORMER_MIGRATIONS.length): Connection {
  const connection = openConnection({ path, synchronous: 'normal' });
  connection.execute('CREATE TABLE sallyport_migrations (tag TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)', []);
  for (const { tag, statements } of FORMER_MIGRATIONS.slice(0, count)) {
    for (const statement of statements('')) connection.execute(statement, []);
    connection.execute('INSERT INTO sallyport_migrations VALUES (?, 0)', [tag]);
  }
  return connection;
}

/** The statements of tables and indexes, without quotes around names. */
export function shapeOf(path: string): unknown[] {
  const connection = openConnection({ path, synchronous: 'normal' });
  const rows = connection.execute('SELECT type, name, sql FROM sqlite_master ORDER BY type, name', []);
  connection.close();
  return rows.map((row) => row.map((value) => (typeof value === 'string' ? value.replaceAll(/[`"]/g, '') : value)));
}
