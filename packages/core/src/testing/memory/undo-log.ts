/** Undoes the changes of the transaction in progress, if there is one. */
export interface UndoLog {
  begin(): void;
  /** Records how to undo a change that was just made. Outside a transaction it does nothing. */
  note(undo: () => void): void;
  commit(): void;
  rollback(): void;
}

export function createUndoLog(): UndoLog {
  let steps: (() => void)[] | null = null;
  return {
    begin() {
      steps = [];
    },
    note(undo) {
      steps?.push(undo);
    },
    commit() {
      steps = null;
    },
    rollback() {
      for (const undo of (steps ?? []).toReversed()) undo();
      steps = null;
    },
  };
}
