const ROUNDS = 11;

/** Two sides of one measurement: ours, and what it is held against. */
interface Comparison {
  readonly ours: number;
  readonly bare: number;
  /** Median of the rounds' own ratios: what slows one round down slows both sides of it. */
  readonly ratio: number;
}

/** Both in turn, in each round another one first; the first round warms up and does not count. */
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
  /** What the ratio should be; nothing where it is there to be held against another. */
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
