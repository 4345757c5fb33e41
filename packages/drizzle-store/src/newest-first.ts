/** Sorts rows by id, descending. For the few rows of one user: an index would cost every write. */
export function newestFirst<Row extends { readonly id: string }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => (a.id < b.id ? 1 : -1));
}
