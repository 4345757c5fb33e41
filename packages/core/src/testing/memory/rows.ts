import type { UndoLog } from './undo-log.js';

/** Rows by id and by index. They are frozen copies: changing a record does not change the store. */
export interface Rows<Row extends { readonly id: string }, Index extends string> {
  get(id: string): Row | undefined;
  /** Rows with that value in the index, newest first. */
  by(index: Index, value: string): Row[];
  all(): Iterable<Row>;
  /** Adds every row to another table. */
  copyTo(other: Rows<Row, Index>): void;
  add(row: Row): void;
  /** Replaces the row with the same id. */
  replace(row: Row): void;
  delete(id: string): void;
  /** Deletes the rows with that value in the index, and returns them. */
  deleteBy(index: Index, value: string): readonly Row[];
  /** Deletes at most `limit` matching rows; returns how many. */
  purge(matches: (row: Row) => boolean, limit: number): number;
}

/** The key of a row in each index; `null` if it is not in that index. */
export type Indexes<Row, Index extends string> = Readonly<Record<Index, (row: Row) => string | null>>;

export function createRows<Row extends { readonly id: string }, Index extends string>(
  log: UndoLog,
  indexes: Indexes<Row, Index>,
): Rows<Row, Index> {
  const rows = new Map<string, Row>();
  const ids = new Map<string, Set<string>>();

  const keysOf = (row: Row): string[] => {
    const entries = Object.entries<(row: Row) => string | null>(indexes);
    return entries.flatMap(([index, valueOf]) => {
      const value = valueOf(row);
      return value === null ? [] : [keyOf(index, value)];
    });
  };
  const drop = (id: string) => {
    const row = rows.get(id);
    if (row === undefined) return;
    rows.delete(id);
    for (const key of keysOf(row)) ids.get(key)?.delete(id);
  };
  const set = (row: Row) => {
    drop(row.id);
    rows.set(row.id, row);
    for (const key of keysOf(row)) {
      const group = ids.get(key);
      if (group === undefined) ids.set(key, new Set([row.id]));
      else group.add(row.id);
    }
  };

  const by = (index: Index, value: string): Row[] => {
    const group = [...(ids.get(keyOf(index, value)) ?? [])];
    return group.toSorted().toReversed().flatMap((id) => rows.get(id) ?? []);
  };
  const remove = (id: string): void => {
    const before = rows.get(id);
    drop(id);
    if (before !== undefined) log.note(() => set(before));
  };

  return {
    get: (id) => rows.get(id),
    by,
    all: () => rows.values(),
    copyTo(other) {
      for (const row of rows.values()) other.add(row);
    },
    add(row) {
      if (rows.has(row.id)) throw new Error('A row with this id exists');
      set(frozenCopy(row));
      log.note(() => drop(row.id));
    },
    replace(row) {
      const before = rows.get(row.id);
      set(frozenCopy(row));
      log.note(() => (before === undefined ? drop(row.id) : set(before)));
    },
    delete: remove,
    deleteBy(index, value) {
      const deleted = by(index, value);
      for (const { id } of deleted) remove(id);
      return deleted;
    },
    purge(matches, limit) {
      const purged = [...rows.values()].filter(matches).slice(0, limit);
      for (const { id } of purged) remove(id);
      return purged.length;
    },
  };
}

const keyOf = (index: string, value: string): string => `${index} ${value}`;

function frozenCopy<T extends object>(record: T): T {
  const copy = structuredClone(record);
  for (const value of Object.values(copy)) Object.freeze(value);
  return Object.freeze(copy);
}
