import assert from 'node:assert/strict';
import type { RateTakeOutcome } from '../../ports/store/rate-limits.js';
import type { AuthStore } from '../../ports/store/store.js';
import { BUILT_AT } from '../builders.js';
import { anId, atOnce, type Test } from './section.js';

const NOW = BUILT_AT;

/** Takes hits of a unique key: three at once, one every 10. */
function aLimit(store: AuthStore): (now: number) => Promise<RateTakeOutcome> {
  const key = `test:${anId()}`;
  const { rateLimits } = store;
  if (rateLimits === undefined) throw new Error('The store has no rate limits');
  return async (now) => rateLimits.take({ key, now, intervalMs: 10, burstMs: 30 });
}

const taken = (fullAt: number): RateTakeOutcome => ({ kind: 'taken', fullAt });
const refused = (fullAt: number): RateTakeOutcome => ({ kind: 'refused', fullAt });

export function rateLimitsContract(test: Test): void {
  test('the hits of a limit expire one by one, and a refused hit is not counted', async (store) => {
    const take = aLimit(store);
    assert.deepEqual([await take(NOW), await take(NOW), await take(NOW + 5)], [taken(NOW + 10), taken(NOW + 20), taken(NOW + 30)]);
    assert.deepEqual([await take(NOW + 5), await take(NOW + 9)], [refused(NOW + 30), refused(NOW + 30)]);
    assert.deepEqual([await take(NOW + 10), await take(NOW + 10)], [taken(NOW + 40), refused(NOW + 40)]);
    assert.deepEqual(await take(NOW + 500), taken(NOW + 510));
  });

  test('after the clock went back, no wait is longer than the burst', async (store) => {
    const take = aLimit(store);
    await take(NOW + 100_000);
    assert.deepEqual([await take(NOW), await take(NOW)], [refused(NOW + 30), refused(NOW + 30)]);
    // Each time as if the burst had just been used up.
    await take(NOW + 100_000);
    assert.deepEqual(await aLimit(store)(NOW), taken(NOW + 10));
  });

  test('of concurrent hits exactly the remaining ones are taken', async (store) => {
    const [first, second] = [aLimit(store), aLimit(store)];
    await second(NOW);
    const outcomes = await atOnce(60, async (n) => (n % 2 === 0 ? first(NOW) : second(NOW)));
    const takenOf = (half: number) => outcomes.filter(({ kind }, n) => kind === 'taken' && n % 2 === half).length;
    assert.deepEqual([takenOf(0), takenOf(1)], [3, 2]);
  });

  test('limits whose hits have expired are purged, at most the limit at a time', async (store) => {
    const early = 1_000_000;
    await atOnce(5, async () => aLimit(store)(early));
    const kept = aLimit(store);
    await kept(early + 1);
    assert.equal(await store.purge('rateLimits', early + 10, 9), 0);
    assert.equal(await store.purge('rateLimits', early + 11, 4), 4);
    assert.equal(await store.purge('rateLimits', early + 11, 4), 1);
    assert.deepEqual(await kept(early + 1), taken(early + 21));
    await store.purge('rateLimits', early + 22, 9);
  });
}
