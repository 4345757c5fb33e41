/** Runs one statement and returns its rows, each as the values of its columns. */
export type Execute = (sql: string, params: readonly unknown[]) => Promise<unknown[][]>;

/** A database that runs one transaction at a time. Its errors contain no parameter values. */
export interface Engine {
  /** Runs a read-only statement on committed data. */
  readonly read: Execute;
  /** Runs a statement in the current transaction. */
  readonly write: Execute;
  /**
   * Runs a DELETE in its own transaction, off the event loop if the engine can. Returns one row for each deleted row; only their
   * number matters.
   */
  readonly sweep?: Execute;
  /** Removes deleted or overwritten data from the database's files, off the event loop if the engine can. */
  readonly scrub?: () => Promise<void>;
  /** Begins a transaction that excludes other writers. Waits for them until `deadline` (`performance.now()`). */
  begin(deadline: number): Promise<void>;
  commit(): Promise<void>;
  /**
   * For several jobs in one transaction, if the engine supports it: each job sets a savepoint and releases it or rolls back to
   * it. All jobs fail if the transaction was lost or is in an unknown state.
   */
  readonly savepoints?: { set(): Promise<void>; release(): Promise<void>; rollback(): Promise<void> };
  /** Ends the rest of a transaction, if there is any. Never throws. */
  rollback(): Promise<void>;
  close(): Promise<void>;
}
