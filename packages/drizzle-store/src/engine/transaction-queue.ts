import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { unavailable } from '../errors.js';
import type { Engine } from './engine.js';

/** How long jobs may follow one another before the event loop and other processes get a turn. */
const MAX_RUN_MS = 5;

interface Job {
  /**
   * Resolves with the function that acknowledges the job once it is committed; `null` if it failed and was rolled back. Throws if
   * the transaction is lost.
   */
  readonly run: () => Promise<(() => void) | null>;
  readonly deadline: number;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

export interface TransactionQueue {
  /**
   * Runs jobs in transactions, in the order in which they came. A job that has not started after `waitMs` is rejected. This also
   * ends a transaction that waits for a method outside itself, and so for itself.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when all earlier jobs have ended. */
  settled(): Promise<void>;
}

/**
 * Group commit: jobs that wait when a transaction begins join it. Each has its own savepoint, and one commit acknowledges all of
 * them, since under load the commit is the most expensive statement. A job that fails rolls back only its own changes. If the
 * transaction is lost or its commit fails, all of its jobs fail.
 */
export function createTransactionQueue(engine: Engine, waitMs: number): TransactionQueue {
  const waiting: Job[] = [];
  let drained: Promise<void> | null = null;
  let runStartedAt = performance.now();

  // SQLite runs synchronously, so a long queue would block the event loop.
  const yieldAfterRun = async (): Promise<void> => {
    if (performance.now() - runStartedAt < MAX_RUN_MS) return;
    await yieldToEventLoop();
    runStartedAt = performance.now();
  };

  function next(): Job | undefined {
    const job = waiting.shift();
    clearTimeout(job?.timer);
    return job;
  }

  async function drain(): Promise<void> {
    // First everything that is ready in this turn: it joins the group, and its commit.
    await yieldToEventLoop();
    runStartedAt = performance.now();
    for (let first = next(); first !== undefined; first = next()) {
      await commitGroup(first);
      await yieldAfterRun();
    }
    drained = null;
  }

  async function commitGroup(first: Job): Promise<void> {
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
      for (let job: Job | undefined = first; job !== undefined; job = isGroup && performance.now() - begun < MAX_RUN_MS ? next() : undefined) {
        members.push(job);
        const done = await job.run();
        if (done !== null) acknowledge.push(done);
      }
      await engine.commit();
    } catch (error) {
      await engine.rollback();
      // Jobs that failed on their own have been rejected already.
      for (const { reject } of members) reject(error);
      return;
    }
    for (const acknowledgeJob of acknowledge) acknowledgeJob();
  }

  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        const rejectJob = (): void => {
          const at = waiting.indexOf(job);
          if (at !== -1) waiting.splice(at, 1);
          reject(unavailable('too many calls are waiting for the database'));
        };
        const run = (): Promise<(() => void) | null> => runJob(engine, { work, resolve, reject });
        const job: Job = { run, deadline: performance.now() + waitMs, reject, timer: setTimeout(rejectJob, waitMs) };
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

async function runJob<T>({ savepoints }: Engine, { work, resolve, reject }: Work<T>): Promise<(() => void) | null> {
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
