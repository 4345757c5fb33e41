import assert from 'node:assert/strict';
import type { CounterLimit, TakeOutcome } from '../../ports/store/counters.js';
import type { AuthStore, StoreMethods } from '../../ports/store/store.js';
import { BUILT_AT } from '../builders.js';
import { anId, atOnce, type Test } from './section.js';

const NOW = BUILT_AT;
const THREE: readonly CounterLimit[] = [{ max: 3, windowMs: 1000 }];

/** Takes a hit at a time; returns the outcome without the id of the hit. */
type Take = (now: number, limits?: readonly CounterLimit[], methods?: StoreMethods) => Promise<TakeOutcome['kind'] | number | null>;

/** A unique key to take hits of. */
function aCounter(store: AuthStore): { readonly key: string; readonly take: Take } {
  const key = `test:${anId()}`;
  return {
    key,
    async take(now, limits = THREE, methods = store) {
      const hitId = anId();
      const outcome = await methods.counters.take({ hitId, key, limits, now });
      if (outcome.kind === 'refused') return outcome.retryAt;
      assert.equal(outcome.hitId, hitId);
      return outcome.kind;
    },
  };
}

export function countersContract(test: Test): void {
  test('hits are taken up to the limit, and again as each leaves the window', async (store) => {
    const { key, take } = aCounter(store);
    for (const now of [NOW, NOW + 400, NOW + 900]) assert.equal(await take(now), 'taken');
    assert.equal(await take(NOW + 900), NOW + 1000);
    assert.equal(await take(NOW + 999), NOW + 1000);
    assert.equal(await take(NOW + 1000), 'taken');
    assert.equal(await take(NOW + 1001), NOW + 1400);
    assert.equal(await store.counters.count(key, 0), 4);
  });

  test('keys are counted separately', async (store) => {
    const [first, second] = [aCounter(store), aCounter(store)];
    for (let n = 0; n < 3; n += 1) await first.take(NOW);
    assert.equal(await first.take(NOW), NOW + 1000);
    assert.equal(await second.take(NOW), 'taken');
  });

  test('every one of several limits holds; the one that frees up last sets retryAt', async (store) => {
    const { key, take } = aCounter(store);
    const limits = [{ max: 1, windowMs: 100 }, { max: 3, windowMs: 1000 }, { max: 4, windowMs: null }];
    assert.equal(await take(NOW, limits), 'taken');
    assert.equal(await take(NOW + 99, limits), NOW + 100);
    assert.equal(await take(NOW + 100, limits), 'taken');
    assert.equal(await take(NOW + 200, limits), 'taken');
    // The short window ends at NOW + 300, the long one at NOW + 1000.
    assert.equal(await take(NOW + 250, limits), NOW + 1000);
    assert.equal(await take(NOW + 1000, limits), 'taken');
    assert.equal(await take(NOW + 1050, limits), null);
    assert.equal(await take(NOW + 10 ** 12, limits), null);
    assert.equal(await store.counters.count(key, 0), 4);
  });

  test('a limit of 0 refuses every hit, and no limit takes every hit', async (store) => {
    const { key, take } = aCounter(store);
    assert.equal(await take(NOW, [{ max: 0, windowMs: 10 }]), null);
    assert.equal(await store.counters.count(key, 0), 0);
    assert.equal(await take(NOW, []), 'taken');
    // Even if another limit would allow it later.
    assert.equal(await take(NOW, [{ max: 1, windowMs: 10 }, { max: 0, windowMs: 10 }]), null);
  });

  test('a hit of a clock that is ahead is counted', async (store) => {
    const { take } = aCounter(store);
    const limits = [{ max: 1, windowMs: 100 }];
    assert.equal(await take(NOW + 50, limits), 'taken');
    assert.equal(await take(NOW, limits), NOW + 150);
  });

  test('counts the hits after a given time', async (store) => {
    const { key, take } = aCounter(store);
    for (const now of [NOW, NOW + 1, NOW + 2]) await take(now);
    const counts = [NOW - 1, NOW, NOW + 1, NOW + 2].map(async (since) => store.counters.count(key, since));
    assert.deepEqual(await Promise.all(counts), [3, 2, 1, 0]);
    assert.equal(await store.counters.count(anId(), 0), 0);
  });

  test('a hit is refunded, and a key is cleared', async (store) => {
    const [{ key, take }, other] = [aCounter(store), aCounter(store)];
    await other.take(NOW);
    const hit = await store.counters.take({ hitId: anId(), key, limits: THREE, now: NOW });
    for (let n = 0; n < 2; n += 1) await take(NOW);
    assert.equal(await take(NOW), NOW + 1000);
    await store.counters.refund(hit.kind === 'taken' ? hit.hitId : '');
    await store.counters.refund(anId());
    assert.equal(await store.counters.count(key, 0), 2);
    assert.equal(await take(NOW), 'taken');
    await store.counters.clear(key);
    assert.equal(await store.counters.count(key, 0), 0);
    assert.equal(await store.counters.count(other.key, 0), 1);
    assert.equal(await take(NOW), 'taken');
  });

  test('a hit in a transaction that throws is not counted', async (store) => {
    const { key, take } = aCounter(store);
    const work = store.transaction(async (tx) => {
      for (let n = 0; n < 3; n += 1) await take(NOW, THREE, tx);
      assert.equal(await take(NOW, THREE, tx), NOW + 1000);
      await tx.counters.refund(anId());
      throw new Error('enough');
    });
    await assert.rejects(work, /enough/);
    assert.equal(await store.counters.count(key, 0), 0);
    await take(NOW);
    await assert.rejects(
      store.transaction(async (tx) => {
        await tx.counters.clear(key);
        throw new Error('enough');
      }),
    );
    assert.equal(await store.counters.count(key, 0), 1);
  });

  test('hits outside of every window are purged, at most the limit at a time', async (store) => {
    const early = 1_000_000;
    const { key, take } = aCounter(store);
    await Promise.all([early - 30, early - 20, early - 10].map(async (now) => take(now, [{ max: 10, windowMs: 10 }])));
    await take(early - 9, [{ max: 10, windowMs: 10 }]);
    await take(early - 30, [{ max: 20, windowMs: 5 }, { max: 20, windowMs: 31 }]);
    await take(early - 30, [{ max: 20, windowMs: 5 }, { max: 20, windowMs: null }]);
    assert.equal(await store.purge('counters', early + 1, 2), 2);
    assert.equal(await store.purge('counters', early + 1, 2), 1);
    assert.equal(await store.purge('counters', early + 1, 2), 0);
    assert.equal(await store.counters.count(key, 0), 3);
    await atOnce(30, async () => take(early - 50, [{ max: 100, windowMs: 10 }]));
    const purged = await atOnce(20, async () => store.purge('counters', early + 1, 4));
    assert.equal(purged.reduce((total, n) => total + n), 30);
    await store.counters.clear(key);
  });
}
