/** One step from the tables of an earlier version to those of a later one. It is never changed once it was released. */
export interface Migration {
  readonly tag: string;
  /** Its statements, on tables whose names begin with `prefix`. */
  readonly statements: (prefix: string) => readonly string[];
}
