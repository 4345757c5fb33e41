/** Runs one statement and returns its rows, each as the values of its columns. */
export type Execute = (sql: string, params: readonly unknown[]) => Promise<unknown[][]>;

/** A database that takes one transaction at a time. Its errors hold no value that was passed in. */
export interface Engine {
  /** Runs a statement that only reads, on what is committed. */
  readonly read: Execute;
  /** Runs a statement in the transaction under way. */
  readonly write: Execute;
  /**
   * Runs a DELETE as a transaction of its own, off the event loop, where the engine can; gives a row for each that went,
   * of which only the number counts.
   */
  readonly sweep?: Execute;
  /** Takes what was deleted or overwritten out of the database's files, off the event loop, where the engine can. */
  readonly scrub?: () => Promise<void>;
  /** Begins a transaction that no other writer can come between, waiting for them until `deadline` (`performance.now()`). */
  begin(deadline: number): Promise<void>;
  commit(): Promise<void>;
  /**
   * For several jobs in one transaction, where the engine can: each sets a savepoint, and releases it or rolls back to it. All fail
   * if the transaction was lost, or if what is left of it cannot be trusted.
   */
  readonly savepoints?: { set(): Promise<void>; release(): Promise<void>; rollback(): Promise<void> };
  /** Ends what is left of a transaction, if anything is. Never throws. */
  rollback(): Promise<void>;
  close(): Promise<void>;
}
