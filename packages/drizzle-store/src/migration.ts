/** One step from an earlier schema to a later one. It never changes after its release. */
export interface Migration {
  readonly tag: string;
  /** Its statements, on tables whose names begin with `prefix`. */
  readonly statements: (prefix: string) => readonly string[];
}
