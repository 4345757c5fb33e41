import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { unavailable } from '../errors.js';

/**
 * Runs work one at a time, in the order in which it came. Whose turn has not come after `patienceMs` is turned away: a
 * transaction that waits for a method outside of itself, and so for itself, ends like that too.
 * `deadline` is the moment (`performance.now()`) at which the patience of the work at hand ends.
 */
export type TakeTurn = <T>(work: (deadline: number) => Promise<T>, patienceMs?: number) => Promise<T>;

/** How long work may follow on work before the event loop, and other processes, get a chance in between. */
const LONGEST_STRETCH_MS = 5;

export function createQueue(defaultPatienceMs: number): TakeTurn {
  let last: Promise<void> = Promise.resolve();
  let stretchBegan = performance.now();

  // SQLite answers without the event loop, so a long queue would be worked off without a single turn of it.
  const breathe = async (): Promise<void> => {
    if (performance.now() - stretchBegan < LONGEST_STRETCH_MS) return;
    await turnOfTheLoop();
    stretchBegan = performance.now();
  };

  return (work, patienceMs = defaultPatienceMs) =>
    new Promise((resolve, reject) => {
      let gaveUp = false;
      const giveUp = () => {
        gaveUp = true;
        reject(unavailable('too many wait for the database'));
      };
      const timer = Number.isFinite(patienceMs) ? setTimeout(giveUp, patienceMs) : undefined;
      const deadline = performance.now() + patienceMs;
      last = last.then(async () => {
        clearTimeout(timer);
        if (!gaveUp) await work(deadline).then(resolve, reject);
        await breathe();
      });
    });
}
