import assert from 'node:assert/strict';
import type { CounterLimit } from '../../ports/store/counters.js';
import { BUILT_AT } from '../builders.js';
import { anId, atOnce, type Test } from './section.js';

const NOW = BUILT_AT;

export function counterRacesContract(test: Test): void {
  test('of concurrent hits, exactly as many are taken as the limits allow', async (store) => {
    const key = `test:${anId()}`;
    const limits = [{ max: 7, windowMs: 1000 }, { max: 100, windowMs: null }];
    const outcomes = await atOnce(60, async () => store.counters.take({ hitId: anId(), key, limits, now: NOW }));
    assert.equal(outcomes.filter(({ kind }) => kind === 'taken').length, 7);
    assert.equal(await store.counters.count(key, 0), 7);
    for (const outcome of outcomes) if (outcome.kind === 'refused') assert.equal(outcome.retryAt, NOW + 1000);
  });

  test('concurrent hits inside and outside of transactions keep to the same limit', async (store) => {
    const key = `test:${anId()}`;
    const limits = [{ max: 7, windowMs: 1000 }];
    const outcomes = await atOnce(60, async (n) => {
      const hit = { hitId: anId(), key, limits, now: NOW + (n % 10) };
      if (n % 2 === 0) return store.counters.take(hit);
      return store.transaction(async (tx) => {
        const before = await tx.counters.count(key, 0);
        const outcome = await tx.counters.take(hit);
        assert.equal(await tx.counters.count(key, 0), outcome.kind === 'taken' ? before + 1 : 7);
        return outcome;
      });
    });
    assert.equal(outcomes.filter(({ kind }) => kind === 'taken').length, 7);
  });

  test('concurrent hits of different keys do not affect each other', async (store) => {
    const keys = Array.from({ length: 10 }, () => `test:${anId()}`);
    const limits = [{ max: 2, windowMs: 1000 }];
    await atOnce(60, async (n) => store.counters.take({ hitId: anId(), key: keys[n % 10] ?? '', limits, now: NOW }));
    const counts = await Promise.all(keys.map(async (key) => store.counters.count(key, 0)));
    assert.deepEqual(counts, Array(10).fill(2));
  });

  test('concurrent hits and refunds keep exactly the hits that were not refunded', async (store) => {
    const key = `test:${anId()}`;
    const limits = [{ max: 5, windowMs: 1000 }];
    const kept = await atOnce(40, async (n) => {
      const outcome = await store.counters.take({ hitId: anId(), key, limits, now: NOW });
      if (outcome.kind === 'refused') return false;
      if (n % 2 === 0) return true;
      await store.counters.refund(outcome.hitId);
      return false;
    });
    assert.equal(await store.counters.count(key, 0), kept.filter(Boolean).length);
  });

  test('no window ever holds more than the limit, and no hit is refused needlessly', async (store) => {
    const key = `test:${anId()}`;
    const limits: readonly CounterLimit[] = [{ max: 2, windowMs: 30 }, { max: 5, windowMs: 200 }];
    const taken: number[] = [];
    const wouldPass = (now: number): boolean =>
      limits.every(({ max, windowMs }) => taken.filter((at) => at > now - (windowMs ?? 0)).length < max);
    for (let round = 0; round < 60; round += 1) {
      // Uneven steps, with three concurrent takes each.
      const now = NOW + round * 11 + ((round * 7) % 5);
      const free = wouldPass(now);
      const outcomes = await atOnce(3, async () => store.counters.take({ hitId: anId(), key, limits, now }));
      for (const { kind } of outcomes) if (kind === 'taken') taken.push(now);
      assert.equal(outcomes.some(({ kind }) => kind === 'taken'), free);
      for (const outcome of outcomes) {
        if (outcome.kind === 'taken') continue;
        assert.ok(outcome.retryAt !== null && outcome.retryAt > now);
        assert.deepEqual([wouldPass(outcome.retryAt - 1), wouldPass(outcome.retryAt)], [false, true]);
      }
    }
    for (const { max, windowMs } of limits) {
      for (const start of taken) {
        assert.ok(taken.filter((at) => at >= start && at < start + (windowMs ?? 0)).length <= max);
      }
    }
  });
}
