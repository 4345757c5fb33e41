// `pnpm fuzz [seconds] [seed]`: sends invalid input to every route over HTTP for the given time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz } from './fuzz.js';

const [seconds = '60', given] = process.argv.slice(2);
const seed = given === undefined ? Date.now() % 2 ** 31 : Number(given);
console.log(`seed ${seed}`);
for (const transport of ['bearer', 'cookie'] as const) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-fuzz-'));
  try {
    const { attacks, answers, grownBytes } = await fuzz({ folder, transport, durationMs: Number(seconds) * 500, seed });
    console.log([...answers].toSorted(([a], [b]) => a.localeCompare(b)).map(([answer, times]) => `${answer}: ${times}`).join(', '));
    console.log(`${transport}: ${attacks} requests, heap ${(grownBytes / 1_024).toFixed(0)} KiB larger; nothing found`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
