import type { Context } from '../../context.js';
import { recordKeys } from './known-keys.js';

/** Delayed, so that the first requests do not wait for the write. */
const FIRST_MS = 500;
const RETRY_MS = 60_000;

/** Records the keys soon after the start, and again each minute while the database does not answer. Returns a function that stops it. */
export function watchKeys(context: Context): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  let cancelTimer: () => void = () => undefined;
  const runAfter = (delayMs: number): void => {
    if (isClosed) return;
    cancelTimer = context.clock.schedule(() => {
      running = recordKeys(context).catch(() => runAfter(RETRY_MS));
    }, delayMs);
  };
  runAfter(FIRST_MS);
  return async () => {
    isClosed = true;
    cancelTimer();
    await running;
  };
}
