import assert from 'node:assert/strict';
import type { RateHit, RateLimiter, RateOutcome } from '../../ports/rate-limiter.js';
import { BUILT_AT } from '../builders.js';
import { globalRunner } from './contract-runner.js';
import type { ContractRunner } from './contract-runner.js';
import { anId, atOnce } from './section.js';

const NOW = BUILT_AT;
/** Three at once, one every 10 ms. */
const LIMIT = { name: 'contract', points: 3, windowMs: 30 } as const;

export interface OpenedLimiter {
  readonly limiter: RateLimiter;
  readonly close?: () => Promise<void>;
}

type Take = (now: number, more?: Partial<RateHit>) => Promise<RateOutcome>;

/**
 * Tests that a limiter keeps the promises of its port, including races. `open` is called for each test; the limiter may
 * still hold the counts of earlier tests. Without `runner`, the global `describe` and `it` are used.
 */
export function describeLimiterContract(
  name: string,
  open: () => Promise<OpenedLimiter>,
  runner: ContractRunner = globalRunner(),
): void {
  const test = (title: string, body: (aSource: () => Take, limiter: RateLimiter) => Promise<void>): void =>
    void runner.it(title, async () => {
      const { limiter, close } = await open();
      const aSource = (): Take => {
        const key = anId();
        return async (now, more = {}) => limiter.take({ ...LIMIT, key, now, ...more });
      };
      try {
        await body(aSource, limiter);
      } finally {
        await close?.();
      }
    });

  runner.describe(`${name} keeps the contract of a rate limiter`, () => {
    test('it states its kind, and whether it is shared', async (_aSource, { kind, shared }) => {
      assert.deepEqual([typeof kind, typeof shared], ['string', 'boolean']);
    });

    test('the allowed number of hits pass, and then one for each hit that expires', async (aSource) => {
      const take = aSource();
      assert.deepEqual(await take(NOW), { kind: 'taken', remaining: 2, nextAt: NOW });
      assert.deepEqual(await take(NOW), { kind: 'taken', remaining: 1, nextAt: NOW });
      assert.deepEqual(await take(NOW + 4), { kind: 'taken', remaining: 0, nextAt: NOW + 10 });
      for (const now of [NOW + 4, NOW + 9]) assert.deepEqual(await take(now), { kind: 'refused', remaining: 0, nextAt: NOW + 10 });
      assert.deepEqual(await take(NOW + 10), { kind: 'taken', remaining: 0, nextAt: NOW + 20 });
      assert.deepEqual(await take(NOW + 19), { kind: 'refused', remaining: 0, nextAt: NOW + 20 });
      assert.deepEqual(await take(NOW + 35), { kind: 'taken', remaining: 1, nextAt: NOW + 35 });
      assert.deepEqual(await take(NOW + 500), { kind: 'taken', remaining: 2, nextAt: NOW + 500 });
    });

    test('a limit that does not divide its window is exact too', async (aSource) => {
      const take = aSource();
      const limit = { points: 7, windowMs: 1000 };
      for (let left = 6; left >= 0; left -= 1) assert.equal((await take(NOW, limit)).remaining, left);
      assert.deepEqual(await take(NOW, limit), { kind: 'refused', remaining: 0, nextAt: NOW + 143 });
    });

    test('keys and names are counted separately', async (aSource) => {
      const [first, second] = [aSource(), aSource()];
      for (let n = 0; n < 3; n += 1) await first(NOW);
      assert.equal((await first(NOW)).kind, 'refused');
      assert.equal((await second(NOW)).remaining, 2);
      assert.equal((await first(NOW, { name: 'another' })).remaining, 2);
    });

    test('after the clock went back, no wait is longer than the window', async (aSource) => {
      const take = aSource();
      await take(NOW + 100_000);
      const outcome = await take(NOW);
      assert.ok(outcome.nextAt <= NOW + LIMIT.windowMs);
      // The wait does not start again at each call until the clock is back where it was.
      assert.equal((await take(NOW + LIMIT.windowMs)).kind, 'taken');
    });

    test('of concurrent hits exactly the remaining ones pass', async (aSource) => {
      const takes = [aSource(), aSource(), aSource()] as const;
      await takes[1](NOW);
      for (let n = 0; n < 3; n += 1) await takes[2](NOW);
      const passed = await Promise.all(
        takes.map(async (take) => (await atOnce(40, async () => take(NOW + 1))).filter(({ kind }) => kind === 'taken').length),
      );
      assert.deepEqual(passed, [3, 2, 0]);
    });

    test('in no period more hits pass than the limit allows, and no hit is refused needlessly', async (aSource) => {
      const take = aSource();
      const passed: number[] = [];
      for (let step = 0; step < 150; step += 1) {
        const now = NOW + step * 3 + ((step * 7) % 5);
        const outcome = await take(now);
        if (outcome.kind === 'taken') passed.push(now);
        else assert.ok(outcome.nextAt > now && outcome.nextAt <= now + 10);
      }
      for (const [from, start] of passed.entries()) {
        for (const [to, end] of passed.entries()) {
          if (to >= from) assert.ok(to - from + 1 <= LIMIT.points + (end - start) / 10);
        }
      }
      assert.ok(passed.length >= 45);
    });
  });
}
