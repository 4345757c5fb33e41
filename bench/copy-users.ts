/** What the statement that copies the only user looks like in one database. */
export interface CopyDialect {
  /** The columns of the table, without generated ones. */
  readonly columns: readonly string[];
  /** Precedes the statement. */
  readonly prefix?: string;
  /** A table called `series` with the numbers from 1 in its column `at`. */
  readonly series: string;
  /** The id of the user with the number `at`, as `idOf` makes it. */
  readonly id: string;
}

/** Copies the only user under other ids and emails. One statement, since a million calls of a store take minutes. */
export function copyUsersStatement({ columns, prefix = '', series, id }: CopyDialect): string {
  const others: Readonly<Record<string, string>> = { id, email: `'user-' || series.at || '@example.com'` };
  const values = columns.map((column) => others[column] ?? `first.${column}`);
  return `${prefix} INSERT INTO auth_users (${columns.join(', ')}) SELECT ${values.join(', ')} FROM auth_users AS first, ${series}`;
}
