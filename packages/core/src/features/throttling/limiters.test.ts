import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../errors.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import { describeLimiterContract } from '../../testing/contract/describe-limiter-contract.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import { createMemoryLimiter } from './memory-limiter.js';
import { createStoreLimiter } from './store-limiter.js';

describeLimiterContract('the limiter in memory', async () => ({ limiter: createMemoryLimiter() }), { describe, it });

describeLimiterContract(
  'the limiter in the store',
  async () => {
    const store = createMemoryStore();
    return { limiter: createStoreLimiter(store), close: () => store.close() };
  },
  { describe, it },
);

it('a limiter in a store requires a store with rate limits, and not a promise of one', () => {
  expect(() => createStoreLimiter({})).toThrow('this store has no rateLimits');
  expect(() => createStoreLimiter(Promise.resolve(createMemoryStore()) as never)).toThrow('write await before what makes it');
  for (const store of [undefined, null, 7, 'file:./auth.db']) {
    expect(() => createStoreLimiter(store as never)).toThrow(ConfigError);
    expect(() => createStoreLimiter(store as never)).toThrow('createStoreLimiter needs the store');
  }
});

it('the limiter in memory says at the start that its number of keys is none', () => {
  for (const keys of [Number.NaN, -1, 1.5, Infinity, '64']) {
    expect(() => createMemoryLimiter({ keys: keys as number })).toThrow(ConfigError);
    expect(() => createMemoryLimiter({ keys: keys as number })).toThrow('- keys: must be a whole number');
  }
  for (const options of [null, 64]) expect(() => createMemoryLimiter(options as never)).toThrow(ConfigError);
});

const LOGIN = { name: 'login', points: 30, windowMs: 60_000 };
const NOW = Date.UTC(2026, 0, 1);

/** The number of hits that pass, of `hits` hits of one key. */
async function passing(limiter: RateLimiter, { key, hits, now = NOW }: { readonly key: string; readonly hits: number; readonly now?: number }) {
  let passed = 0;
  for (let hit = 0; hit < hits; hit += 1) if ((await limiter.take({ ...LOGIN, key, now })).kind === 'taken') passed += 1;
  return passed;
}

describe('the limiter in memory', () => {
  // `pnpm bench` measures ten million sources.
  it('L3: uses no more memory for many sources than for a few', () => {
    const limiter = createMemoryLimiter();
    const spread = (from: number, to: number): void => {
      for (let source = from; source < to; source += 1) void limiter.take({ ...LOGIN, key: `source ${source}`, now: NOW + source });
    };
    setFlagsFromString('--expose-gc');
    const collectGarbage: unknown = runInNewContext('gc');
    const used = (): number => {
      if (typeof collectGarbage === 'function') collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    spread(0, 1_000);
    const before = used();
    spread(1_000, 300_000);
    // A Map of this size takes about 30 MiB.
    expect(used() - before).toBeLessThan(4 * 1024 * 1024);
  });

  it('L3: keeps a source at its limit while a thousand times the capacity of new sources arrives', async () => {
    const limiter = createMemoryLimiter({ keys: 64 });
    expect(await passing(limiter, { key: 'attacker', hits: 40 })).toBe(30);
    for (let source = 0; source < 64_000; source += 1) void limiter.take({ ...LOGIN, key: `new ${source}`, now: NOW });
    expect(await passing(limiter, { key: 'attacker', hits: 40 })).toBe(0);
    // Over time, the source gets no more than its limit either.
    for (let source = 0; source < 6_400; source += 1) void limiter.take({ ...LOGIN, key: `newer ${source}`, now: NOW + 10_000 });
    expect(await passing(limiter, { key: 'attacker', hits: 40, now: NOW + 10_000 })).toBe(5);
  });

  it('L3: limits even with the smallest capacity', async () => {
    for (const keys of [0, 1, 9]) expect(await passing(createMemoryLimiter({ keys }), { key: 'attacker', hits: 40 })).toBe(30);
  });

  it('L3: admits new sources even if it is full', async () => {
    const limiter = createMemoryLimiter({ keys: 64 });
    for (let source = 0; source < 200; source += 1) await passing(limiter, { key: `full ${source}`, hits: 30 });
    for (let source = 0; source < 200; source += 1) expect(await passing(limiter, { key: `stranger ${source}`, hits: 1 })).toBe(1);
  });

  it('L3: counts every source up to half of its capacity', async () => {
    const limiter = createMemoryLimiter({ keys: 4_096 });
    const sources = Array.from({ length: 2_048 }, (_, at) => `source ${at}`);
    for (const key of sources) expect(await passing(limiter, { key, hits: 31 })).toBe(30);
    const again = await Promise.all(sources.map((key) => passing(limiter, { key, hits: 1 })));
    // If more than eight sources share a bucket, one of them starts again.
    expect(again.filter((passed) => passed > 0).length).toBeLessThan(sources.length / 20);
  });
});
