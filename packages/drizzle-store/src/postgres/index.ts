import { type PostgresSchema, createSchema } from './schema.js';
import { DEFAULT_PREFIX } from '../table-prefix.js';

export { createDrizzlePostgresStore } from './create-drizzle-postgres-store.js';
export type { DrizzlePostgresStoreOptions, PostgresDrizzle } from './create-drizzle-postgres-store.js';
export { createPostgresStore } from './create-postgres-store.js';
export type { PostgresStoreOptions } from './create-postgres-store.js';
export { createSchema };
export type { PostgresSchema };

/** The tables under their default names. */
export const schema: PostgresSchema = createSchema(DEFAULT_PREFIX);
