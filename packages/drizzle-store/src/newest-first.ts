/** Rows by id, greatest first. For the few that one user has: an index for it would cost every write. */
export function newestFirst<Row extends { readonly id: string }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => (a.id < b.id ? 1 : -1));
}
