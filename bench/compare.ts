const ROUNDS = 11;

/** The two sides of a measurement: ours and the reference. */
interface Comparison {
  readonly ours: number;
  readonly bare: number;
  /** Median of the ratios per round: a slow round slows both sides down. */
  readonly ratio: number;
}

/** Measures both alternately, with the other one first in each round. The first round is a warm-up and does not count. */
export async function compare(ours: () => Promise<number>, bare: () => Promise<number>, rounds: number = ROUNDS): Promise<Comparison> {
  const results: { ours: number; bare: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % 2 === 0 ? await ours() : await bare();
    const second = round % 2 === 0 ? await bare() : await ours();
    if (round > 0) results.push(round % 2 === 0 ? { ours: first, bare: second } : { ours: second, bare: first });
  }
  return summarize(results);
}

export function summarize(results: readonly Omit<Comparison, 'ratio'>[]): Comparison {
  return {
    ours: median(results.map((result) => result.ours)),
    bare: median(results.map((result) => result.bare)),
    ratio: median(results.map((result) => result.ours / result.bare)),
  };
}

interface Verdict extends Comparison {
  /** The target ratio; none if the measurement is only a reference. */
  readonly aim?: string;
  readonly unit?: string;
}

export function print(what: string, { ours, bare, ratio, aim, unit = 'a second' }: Verdict): void {
  const target = aim === undefined ? '' : `aim ${aim}; `;
  console.log(`${what.padEnd(62)} ${ratio.toFixed(3)}  (${target}${ours.toFixed(1)} and ${bare.toFixed(1)} ${unit})`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
