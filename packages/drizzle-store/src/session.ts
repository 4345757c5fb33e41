import type { Db } from './engine/query.js';
import type { SqliteSchema } from './schema.js';

/** What methods of the store run on. */
export interface Session {
  readonly db: Db;
  readonly schema: SqliteSchema;
}
