import type { SQLiteColumn, SQLiteTableWithColumns } from 'drizzle-orm/sqlite-core';

/** A Drizzle table that has one column for each field of a record of the store port, and no other. */
export type TableOf<Row> = SQLiteTableWithColumns<{
  name: string;
  schema: undefined;
  dialect: 'sqlite';
  columns: { [Field in keyof Row & string]-?: ColumnOf<Row[Field]> };
}>;

type ColumnOf<Value> = SQLiteColumn<{
  name: string;
  tableName: string;
  dataType: 'string' | 'number' | 'boolean' | 'json';
  columnType: string;
  data: NonNullable<Value>;
  driverParam: string | number;
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
