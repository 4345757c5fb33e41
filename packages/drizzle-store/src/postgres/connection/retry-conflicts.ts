import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseFault } from './faults.js';

const LONGEST_PAUSE_MS = 50;

/**
 * Retries the work while it fails with a conflict, until `waitMs` have passed. It is correct only for work that is one
 * transaction: after a conflict the database has rolled everything back.
 */
export async function retryConflicts<T>(waitMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseFault && error.kind === 'conflict') || performance.now() >= deadline) throw error;
    }
    // Random, or the same transactions would collide again.
    await sleep(Math.random() * pauseMs);
  }
}
