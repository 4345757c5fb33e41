import type { PgColumn, PgTableWithColumns } from 'drizzle-orm/pg-core';

/** A Drizzle table that has one column for each field of a record of the store port, and no other. */
export type TableOf<Row> = PgTableWithColumns<{
  name: string;
  schema: undefined;
  dialect: 'pg';
  columns: { [Field in keyof Row & string]-?: ColumnOf<Row[Field]> };
}>;

type ColumnOf<Value> = PgColumn<{
  name: string;
  tableName: string;
  dataType: 'string' | 'number' | 'boolean' | 'json' | 'custom';
  columnType: string;
  data: NonNullable<Value>;
  driverParam: unknown;
  notNull: null extends Value ? false : true;
  hasDefault: boolean;
  isPrimaryKey: boolean;
  isAutoincrement: false;
  hasRuntimeDefault: false;
  enumValues: string[] | undefined;
  baseColumn: never;
  identity: undefined;
  generated: undefined;
}>;
