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

/** libsql aborts the process on a boolean, and silently cuts a text off at NUL when it reads it back. */
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
 * A query that is prepared when it is first asked, since Drizzle takes far longer to build one than SQLite takes to
 * run it. `method` is how its errors call it.
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

/** The value called `name`, where Drizzle wants SQL; stored as the column, if one is given, stores it. */
export function bound(name: string, column?: SQLiteColumn): SQL {
  const value = sql.placeholder(name);
  return column === undefined ? sql`${value}` : sql`${sql.param(value, column)}`;
}

/** Whether the column has one of the values called `name`, which are bound as JSON: so the statement is always the same. */
export function isOneOf(column: SQLiteColumn, name: string): SQL {
  return sql`${column} in (select value from json_each(${sql.placeholder(name)}))`;
}

/** A value for every column of the table, called by the field's name. */
export function boundRow<T extends SQLiteTable>(table: T): { [Field in keyof T['_']['columns']]: Placeholder };
export function boundRow(table: SQLiteTable): Record<string, Placeholder> {
  return Object.fromEntries(Object.keys(getTableColumns(table)).map((field) => [field, sql.placeholder(field)]));
}
