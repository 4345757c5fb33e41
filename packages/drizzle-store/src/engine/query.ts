import { getTableColumns, sql, type Placeholder, type SQL } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { drizzle, type SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy';
import { faultOf } from '../errors.js';
import type { Execute } from './engine.js';

/** A Drizzle database whose statements go wherever `execute` takes them. */
export type Db = SqliteRemoteDatabase;

export function connect(execute: Execute): Db {
  return drizzle(async (text, params: unknown[]) => {
    requireStorable(params);
    return { rows: await execute(text, params) };
  });
}

/** libsql aborts the process on a boolean, and silently truncates a text at NUL when it reads it back. */
function requireStorable(params: readonly unknown[]): void {
  for (const value of params) {
    if (typeof value === 'boolean' || (typeof value === 'string' && value.includes('\0'))) {
      throw new TypeError('A boolean, or a text with NUL in it');
    }
  }
}

type Values = Readonly<Record<string, unknown>>;

interface Preparable<T> {
  prepare(): { execute(values: Values): Promise<T> };
}

/**
 * A query that is prepared at first use, since Drizzle takes far longer to build one than SQLite takes to run it. `method` is the
 * name in its errors.
 */
export function query<T>(method: string, build: () => Preparable<T>): (values: Values) => Promise<T> {
  let prepared: ReturnType<Preparable<T>['prepare']> | undefined;
  return async (values) => {
    try {
      prepared ??= build().prepare();
      return await prepared.execute(values);
    } catch (error) {
      throw faultOf(error, method);
    }
  };
}

/** A placeholder for the value called `name`, as Drizzle SQL. With a column, the value is encoded as that column. */
export function bound(name: string, column?: SQLiteColumn): SQL {
  const value = sql.placeholder(name);
  return column === undefined ? sql`${value}` : sql`${sql.param(value, column)}`;
}

/** Whether the column has one of the values called `name`. They are bound as JSON, so that the statement is always the same. */
export function isOneOf(column: SQLiteColumn, name: string): SQL {
  return sql`${column} in (select value from json_each(${sql.placeholder(name)}))`;
}

/** A placeholder for every column of the table, named after its field. */
export function boundRow<T extends SQLiteTable>(table: T): { [Field in keyof T['_']['columns']]: Placeholder };
export function boundRow(table: SQLiteTable): Record<string, Placeholder> {
  return Object.fromEntries(Object.keys(getTableColumns(table)).map((field) => [field, sql.placeholder(field)]));
}
