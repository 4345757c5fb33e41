import { performance } from 'node:perf_hooks';

const ROUNDS = 30;
const WARM_UP = 2;

type Work = (round: number) => Promise<unknown>;

/** The median durations of two works over 30 rounds each, taken in turns so that whatever else goes on hits both. */
export async function medianMs([first, second]: readonly [Work, Work]): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    const a = await durationOf(first, round);
    const b = await durationOf(second, round);
    if (round < WARM_UP) continue;
    times[0].push(a);
    times[1].push(b);
  }
  return [median(times[0]), median(times[1])];
}

async function durationOf(work: Work, round: number): Promise<number> {
  const begun = performance.now();
  await work(round);
  return performance.now() - begun;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
