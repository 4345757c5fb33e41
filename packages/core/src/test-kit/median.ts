import { performance } from 'node:perf_hooks';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';

const ROUNDS = 30;
const WARM_UP = 2;
/** Turns of the event loop, for deliveries in progress. */
const QUIET_TURNS = 25;

type Work = (round: number) => Promise<unknown>;

/**
 * The median durations of two tasks over 30 rounds each. The tasks alternate, so that other load affects both. A test
 * may be retried: a busy machine can slow down one half, but a real difference appears each time.
 */
export async function medianMs([first, second]: readonly [Work, Work]): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    // Each is first equally often, because leftover work of one slows down the next.
    for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const duration = await durationOf(which === 0 ? first : second, round);
      if (round >= WARM_UP) times[which].push(duration);
    }
  }
  return [median(times[0]), median(times[1])];
}

async function durationOf(work: Work, round: number): Promise<number> {
  for (let turn = 0; turn < QUIET_TURNS; turn += 1) await yieldToEventLoop();
  const begun = performance.now();
  await work(round);
  return performance.now() - begun;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
