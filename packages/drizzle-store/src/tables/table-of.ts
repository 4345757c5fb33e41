import type { SQLiteColumn, SQLiteTableWithColumns } from 'drizzle-orm/sqlite-core';

/** A Drizzle table that has one column for each field of a record of the store port, and no other. */
export type TableOf<Name extends string, Row> = SQLiteTableWithColumns<{
  name: Name;
  schema: undefined;
  dialect: 'sqlite';
  columns: { [Field in keyof Row & string]-?: ColumnOf<Name, Row[Field]> };
}>;

type ColumnOf<TableName extends string, Value> = SQLiteColumn<{
  name: string;
  tableName: TableName;
  dataType: 'string' | 'number' | 'json';
  columnType: string;
  data: NonNullable<Value>;
  driverParam: string | number;
  notNull: null extends Value ? false : true;
  hasDefault: false;
  isPrimaryKey: boolean;
  isAutoincrement: false;
  hasRuntimeDefault: false;
  enumValues: string[] | undefined;
  baseColumn: never;
  identity: undefined;
  generated: undefined;
}>;
