import type { Connection } from './connection/connection.js';
import type { Db } from './connection/query.js';
import type { PostgresSchema } from './schema.js';

/** One connection on which the store's methods run. */
export interface Session {
  readonly db: Db;
  readonly schema: PostgresSchema;
  /** Runs several statements as one transaction, or as part of the current transaction. */
  readonly atomically: Connection['transaction'];
  /**
   * Locks the rows of a read until the current transaction ends, if there is one: data that a transaction has read must still
   * hold when it writes (`FOR NO KEY UPDATE`, which foreign keys do not wait for).
   */
  readonly held: <Select extends Lockable>(select: Select) => Select;
  readonly isInTransaction: boolean;
}

export interface Lockable {
  for(strength: 'no key update'): unknown;
}
