/** How to take back the changes of the transaction under way, if there is one. */
export interface UndoLog {
  begin(): void;
  /** Notes how to take back a change that was just made. Outside a transaction there is nothing to note. */
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
