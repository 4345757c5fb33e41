import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { unavailable } from '../errors.js';
import type { Engine } from './engine.js';

/** How long work may follow on work before the event loop, and other processes, get a chance in between. */
const LONGEST_STRETCH_MS = 5;

interface Job {
  /** Gives what acknowledges it once it is committed; `null` if it failed and is taken back. Throws if the transaction is lost. */
  readonly perform: () => Promise<(() => void) | null>;
  readonly deadline: number;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

export interface TransactionQueue {
  /**
   * Runs work in a transaction, one after the other in the order in which it came. Whose turn has not come after `waitMs` is turned
   * away: a transaction that waits for a method outside of itself, and so for itself, ends like that too.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when everything that came before has ended. */
  settled(): Promise<void>;
}

/**
 * Group commit: what waits when a transaction begins goes into it too, each job behind a savepoint of its own, and is acknowledged
 * by the one commit. Under load the commit is the dearest statement of all. A job that fails takes back its own changes alone; if
 * the transaction is lost, or its commit fails, all of its jobs have failed.
 */
export function createTransactionQueue(engine: Engine, waitMs: number): TransactionQueue {
  const waiting: Job[] = [];
  let drained: Promise<void> | null = null;
  let stretchBegan = performance.now();

  // SQLite answers without the event loop, so a long queue would be worked off without a single turn of it.
  const breathe = async (): Promise<void> => {
    if (performance.now() - stretchBegan < LONGEST_STRETCH_MS) return;
    await turnOfTheLoop();
    stretchBegan = performance.now();
  };

  function next(): Job | undefined {
    const job = waiting.shift();
    clearTimeout(job?.timer);
    return job;
  }

  async function drain(): Promise<void> {
    for (let first = next(); first !== undefined; first = next()) {
      await transact(first);
      await breathe();
    }
    drained = null;
  }

  async function transact(first: Job): Promise<void> {
    try {
      await engine.begin(first.deadline);
    } catch (error) {
      await engine.rollback();
      first.reject(error);
      return;
    }
    const acknowledge: (() => void)[] = [];
    const members: Job[] = [];
    try {
      const isGroup = engine.savepoints !== undefined;
      const begun = performance.now();
      for (let job: Job | undefined = first; job !== undefined; job = isGroup && performance.now() - begun < LONGEST_STRETCH_MS ? next() : undefined) {
        members.push(job);
        const done = await job.perform();
        if (done !== null) acknowledge.push(done);
      }
      await engine.commit();
    } catch (error) {
      await engine.rollback();
      // Those that failed by themselves have been told already.
      for (const { reject } of members) reject(error);
      return;
    }
    for (const tell of acknowledge) tell();
  }

  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        const giveUp = (): void => {
          const at = waiting.indexOf(job);
          if (at !== -1) waiting.splice(at, 1);
          reject(unavailable('too many wait for the database'));
        };
        const perform = (): Promise<(() => void) | null> => performJob(engine, { work, resolve, reject });
        const job: Job = { perform, deadline: performance.now() + waitMs, reject, timer: setTimeout(giveUp, waitMs) };
        waiting.push(job);
        drained ??= drain();
      }),
    async settled() {
      await drained;
    },
  };
}

interface Work<T> {
  readonly work: () => Promise<T>;
  readonly resolve: (result: T) => void;
  readonly reject: (error: unknown) => void;
}

async function performJob<T>({ savepoints }: Engine, { work, resolve, reject }: Work<T>): Promise<(() => void) | null> {
  if (savepoints === undefined) {
    const result = await work();
    return () => resolve(result);
  }
  await savepoints.set();
  try {
    const result = await work();
    await savepoints.release();
    return () => resolve(result);
  } catch (error) {
    reject(error);
    await savepoints.rollback();
    return null;
  }
}
