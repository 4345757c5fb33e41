import { performance } from 'node:perf_hooks';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

const ROUNDS = 30;
const WARM_UP = 2;
/** Of the event loop, for deliveries that are under way. */
const QUIET_TURNS = 25;

type Work = (round: number) => Promise<unknown>;

/** The median durations of two works over 30 rounds each, taken in turns so that whatever else goes on hits both. A test
 * of a promise may be retried: a busy machine slows one half down at times, a difference that is there is there each time. */
export async function medianMs([first, second]: readonly [Work, Work]): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    // Each goes first as often as the other: what the one leaves to be done afterwards slows down the next.
    for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const duration = await durationOf(which === 0 ? first : second, round);
      if (round >= WARM_UP) times[which].push(duration);
    }
  }
  return [median(times[0]), median(times[1])];
}

async function durationOf(work: Work, round: number): Promise<number> {
  for (let turn = 0; turn < QUIET_TURNS; turn += 1) await turnOfTheLoop();
  const begun = performance.now();
  await work(round);
  return performance.now() - begun;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
