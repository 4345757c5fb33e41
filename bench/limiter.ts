import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMemoryLimiter, createStoreLimiter } from '@sallyport/core';
import type { RateLimiter } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';

const LIMIT = { name: 'rest', points: 600, windowMs: 60_000 };
const SOURCES = 10_000_000;
const HITS = 500_000;
const STORED_HITS = 5_000;
/** Simulated hits per millisecond. */
const PACE = 10;

/** Measures the cost of counting a request, and whether ten million sources use more memory than a few. */
export async function measureLimiter(): Promise<void> {
  const limiter = createMemoryLimiter();
  await hit(limiter, HITS, () => 'warm');
  report('memory limiter, one source', await hit(limiter, HITS, () => '192.0.2.1'));
  const before = usedBytes();
  report(`memory limiter, ${SOURCES.toLocaleString('en')} sources`, await hit(limiter, SOURCES, (at) => `2001:db8:${at >> 16}:${at & 0xffff}::/64`));
  console.log(`${'what they took of memory'.padEnd(62)} ${((usedBytes() - before) / 2 ** 20).toFixed(1)} MiB (aim: none)`);

  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const store = await createLibsqlStore({ url: `file:${join(folder, 'limiter.db')}` });
  report('store limiter, a SQLite file', await hit(createStoreLimiter(store), STORED_HITS, (at) => `source ${at % 100}`));
  await store.close();
  rmSync(folder, { recursive: true });
}

/** Microseconds per hit. */
async function hit(limiter: RateLimiter, times: number, keyOf: (at: number) => string): Promise<number> {
  const begun = performance.now();
  for (let at = 0; at < times; at += 1) {
    const outcome = limiter.take({ ...LIMIT, key: keyOf(at), now: Math.floor(at / PACE) });
    if (outcome instanceof Promise) await outcome;
  }
  return ((performance.now() - begun) / times) * 1_000;
}

function report(what: string, microseconds: number): void {
  console.log(`${what.padEnd(62)} ${microseconds.toFixed(2)} µs a request`);
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage === 'function') collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
