import { type SQL, getTableColumns, is, sql } from 'drizzle-orm';
import { PgBoolean, type PgColumn, PgCustomColumn, PgJson, type PgTable } from 'drizzle-orm/pg-core';
import { toTimestamp } from '../tables/instant.js';

/** A placeholder for the value called `name`, as Drizzle SQL. */
export function bound<T = unknown>(name: string): SQL<T> {
  return sql<T>`${sql.placeholder(name)}`;
}

/** A placeholder for the time called `name`, in milliseconds since the epoch. */
export function moment(name: string): SQL<number> {
  return sql<number>`${sql.param(sql.placeholder(name), { mapToDriverValue: toMoment })}::timestamptz`;
}

/** A placeholder for the value called `name`, stored as JSON. Drizzle would store the JSON text `null` for `null`. */
export function boundJson(name: string): SQL {
  return sql`${sql.param(sql.placeholder(name), { mapToDriverValue: toJson })}::json`;
}

/** Whether the column has one of the values called `name`. They are one parameter, so that the statement is always the same. */
export function isOneOf(column: PgColumn, name: string): SQL {
  return sql`${column} = any(array(select json_array_elements_text(${boundJson(name)})))`;
}

/** A placeholder for every column of the table, named after its field. */
export function boundRow<T extends PgTable>(table: T): { [Field in keyof T['_']['columns']]: SQL };
export function boundRow(table: PgTable): Record<string, SQL> {
  return eachColumn(table, (column, field) => {
    if (is(column, PgCustomColumn)) return moment(field);
    return is(column, PgJson) ? boundJson(field) : bound(field);
  });
}

/**
 * Every column of the table in a record's form: times in milliseconds, independent of the session's `DateStyle` and time zone.
 */
export function recordColumns<T extends PgTable>(table: T): T['_']['columns'];
export function recordColumns(table: PgTable): Record<string, PgColumn | SQL> {
  return eachColumn<PgColumn | SQL>(table, (column) => {
    if (is(column, PgBoolean)) return truth(column);
    return is(column, PgCustomColumn) ? milliseconds(column) : column;
  });
}

/** The column's time in milliseconds since the epoch. */
export function milliseconds(value: PgColumn | SQL): SQL<number> {
  return sql`extract(epoch from ${value}) * 1000`.mapWith(Number);
}

/** Decodes a value, which the connection returns as text. */
function truth(column: PgColumn): SQL<boolean> {
  return sql`${column}`.mapWith((value: unknown) => value === 't' || value === true);
}

function eachColumn<T>(table: PgTable, make: (column: PgColumn, field: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(getTableColumns(table)).map(([field, column]) => [field, make(column, field)]));
}

function toMoment(value: unknown): string | null {
  return typeof value === 'number' ? toTimestamp(value) : null;
}

function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
