import type { Connection } from './connection/connection.js';
import type { Db } from './connection/query.js';
import type { PostgresSchema } from './schema.js';

/** What methods of the store run on: one connection. */
export interface Session {
  readonly db: Db;
  readonly schema: PostgresSchema;
  /** Runs what takes several statements as one transaction; within a transaction, as part of it. */
  readonly atomically: Connection['transaction'];
  /**
   * Locks the rows of a read until the transaction ends, where there is one: what a transaction has read must still hold
   * when it writes (`FOR NO KEY UPDATE`, which foreign keys do not wait for).
   */
  readonly held: <Select extends Lockable>(select: Select) => Select;
  readonly isInTransaction: boolean;
}

export interface Lockable {
  for(strength: 'no key update'): unknown;
}
