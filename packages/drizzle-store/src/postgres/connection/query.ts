import { AuthError } from '@sallyport/core';
import { type PgRemoteDatabase, drizzle } from 'drizzle-orm/pg-proxy';
import { StoreError } from '../../errors.js';
import type { Execute } from './connection.js';
import { DatabaseFault, publicErrorOf } from './faults.js';

/** A Drizzle database whose statements go wherever `execute` takes them. */
export type Db = PgRemoteDatabase;

export function connect(execute: Execute): Db {
  return drizzle(async (text, params: unknown[]) => ({ rows: await execute(text, params) }));
}

type Values = Readonly<Record<string, unknown>>;

interface Preparable<T> {
  prepare(name: string): { execute(values: Record<string, unknown>): Promise<T> };
}

/**
 * A query that is built at first use. `method` is the name in its errors. The name is for drivers that prepare statements in the
 * database, which this one does not.
 */
export function query<T>(method: string, build: () => Preparable<T>): (values: Values) => Promise<T> {
  let prepared: ReturnType<Preparable<T>['prepare']> | undefined;
  return async (values) => {
    try {
      prepared ??= build().prepare(method);
      return await prepared.execute(values);
    } catch (error) {
      throw errorOf(error, method);
    }
  };
}

/** Drizzle's own error quotes the parameters; its cause is one of ours. */
function errorOf(error: unknown, method: string): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof AuthError || cause instanceof StoreError) return cause;
  if (!(cause instanceof DatabaseFault)) return new StoreError('UNKNOWN', method);
  // The caller does not see a conflict: the transaction runs again.
  return cause.kind === 'conflict' ? cause : publicErrorOf(cause, method);
}
