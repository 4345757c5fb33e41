import { unavailable } from '../errors.js';

/**
 * Runs work one at a time, in the order in which it came. Whose turn has not come after `patienceMs` is turned away: a
 * transaction that waits for a verb outside of itself, and so for itself, ends like that too.
 * `deadline` is the moment (`performance.now()`) at which the patience of the work at hand ends.
 */
export type TakeTurn = <T>(work: (deadline: number) => Promise<T>, patienceMs?: number) => Promise<T>;

export function createQueue(defaultPatienceMs: number): TakeTurn {
  let last: Promise<void> = Promise.resolve();

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
      });
    });
}
