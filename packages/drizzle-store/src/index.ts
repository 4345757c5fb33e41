import { type SqliteSchema, createSchema } from './schema.js';
import { DEFAULT_PREFIX } from './table-prefix.js';

export { createDrizzleStore } from './create-drizzle-store.js';
export type { DrizzleStoreOptions, LibsqlDrizzle } from './create-drizzle-store.js';
export { createLibsqlStore } from './create-libsql-store.js';
export type { LibsqlStoreOptions } from './create-libsql-store.js';
export { createSchema };
export type { SqliteSchema };

/** The tables under their default names. */
export const schema: SqliteSchema = createSchema(DEFAULT_PREFIX);
