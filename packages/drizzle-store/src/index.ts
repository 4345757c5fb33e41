import * as schema from './schema.js';

export { createDrizzleStore } from './create-drizzle-store.js';
export type { DrizzleStoreOptions, LibsqlDrizzle } from './create-drizzle-store.js';
export { createLibsqlStore } from './create-libsql-store.js';
export type { LibsqlStoreOptions } from './create-libsql-store.js';
export { schema };
