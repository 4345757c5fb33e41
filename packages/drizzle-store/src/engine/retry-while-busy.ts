import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from '../errors.js';

const MAX_PAUSE_MS = 20;

/**
 * Retries while another process has the lock, until `deadline` (`performance.now()`). SQLite's own busy timeout would block the
 * event loop, and lets the process that retries first starve the others. Random delays prevent that.
 */
export async function retryWhileBusy<T>(deadline: number, attempt: () => T | Promise<T>): Promise<T> {
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    await sleep(Math.random() * pauseMs);
  }
}
