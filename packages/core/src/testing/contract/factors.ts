import assert from 'node:assert/strict';
import { aFactor, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, ids, storedFactor, storedUser, sum, type Test } from './section.js';

const NOW = BUILT_AT + 1000;
const EARLY = 1_000_000;

export function factorsContract(test: Test): void {
  test('factors and set-ups are read as they were stored', async (store) => {
    const { id: userId } = await storedUser(store);
    const setUp = await storedFactor(store, { userId, method: 'sms', sealedSecret: null, destination: '+41791234567' });
    const factor = await storedFactor(store, { userId, confirmedAt: NOW, lastStep: 58_000_000 });
    for (const stored of [setUp, factor]) assert.deepEqual(await store.factors.find(stored.id), stored);
    assert.deepEqual(await store.factors.listConfirmed(userId), [factor]);
    assert.deepEqual(await store.factors.list(userId), [factor, setUp]);
    assert.equal(await store.factors.find(anId()), null);
    assert.deepEqual(await store.factors.listConfirmed(anId()), []);
  });

  test('a set-up without an existing user is refused', async (store) => {
    const orphan = aFactor({ userId: anId() });
    await assert.rejects(store.factors.begin(orphan));
    assert.equal(await store.factors.find(orphan.id), null);
  });

  test('a set-up replaces the last one of its method, and nothing else', async (store) => {
    const { id: userId } = await storedUser(store);
    const kept = [
      await storedFactor(store),
      await storedFactor(store, { userId, method: 'email' }),
      await storedFactor(store, { userId, method: 'sms', confirmedAt: NOW }),
    ];
    const former = await storedFactor(store, { userId });
    const next = aFactor({ userId });
    assert.equal(await store.factors.begin(next), true);
    assert.equal(await store.factors.find(former.id), null);
    for (const factor of [...kept, next]) assert.deepEqual(await store.factors.find(factor.id), factor);
  });

  test('M6: no set-up begins if there is a confirmed factor of its method, which does not change', async (store) => {
    const factor = await storedFactor(store, { confirmedAt: NOW, lastStep: 7 });
    const setUp = aFactor({ userId: factor.userId });
    assert.equal(await store.factors.begin(setUp), false);
    assert.equal(await store.factors.find(setUp.id), null);
    assert.deepEqual(await store.factors.find(factor.id), factor);
  });

  test('of set-ups of one method begun concurrently, one is left', async (store) => {
    const { id: userId } = await storedUser(store);
    const setUps = Array.from({ length: 30 }, () => aFactor({ userId }));
    const begun = await Promise.all(setUps.map(async (setUp) => store.factors.begin(setUp)));
    assert.equal(count(begun, true), 30);
    const found = await Promise.all(setUps.map(async ({ id }) => store.factors.find(id)));
    assert.equal(found.filter((setUp) => setUp !== null).length, 1);
  });

  test('factors and set-ups of every session are listed, newest first', async (store) => {
    const { id: userId } = await storedUser(store);
    const third = await storedFactor(store, { userId, method: 'totp' });
    const second = await storedFactor(store, { userId, method: 'sms', sessionId: third.sessionId });
    const first = await storedFactor(store, { userId, method: 'email' });
    await storedFactor(store);
    assert.deepEqual(await store.factors.list(userId), [first, second, third]);
    assert.deepEqual(await store.factors.list(anId()), []);
    await store.factors.confirm(second.id, NOW, null);
    assert.deepEqual(await store.factors.list(userId), [first, { ...second, confirmedAt: NOW }, third]);
    assert.deepEqual(await store.factors.listConfirmed(userId), [{ ...second, confirmedAt: NOW }]);
  });

  test('confirmed factors are listed in the order of confirmation', async (store) => {
    const { id: userId } = await storedUser(store);
    const second = await storedFactor(store, { userId, method: 'totp', confirmedAt: NOW + 1 });
    const third = await storedFactor(store, { userId, method: 'sms', confirmedAt: NOW + 2 });
    const first = await storedFactor(store, { userId, method: 'email', confirmedAt: NOW });
    assert.deepEqual(await store.factors.listConfirmed(userId), [first, second, third]);
  });

  test('all factors and set-ups of a user are removed; the confirmed ones are counted', async (store) => {
    const { id: userId } = await storedUser(store);
    const other = await storedFactor(store, { confirmedAt: NOW });
    const removed = [
      await storedFactor(store, { userId, method: 'totp', confirmedAt: NOW }),
      await storedFactor(store, { userId, method: 'sms', confirmedAt: NOW }),
      await storedFactor(store, { userId, method: 'email' }),
    ];
    const counts = await atOnce(20, async () => store.factors.removeAll(userId));
    assert.equal(sum(counts), 2);
    for (const { id } of removed) assert.equal(await store.factors.find(id), null);
    assert.deepEqual(await store.factors.find(other.id), other);
    assert.equal(await store.factors.begin(aFactor({ userId })), true);
  });

  // Set-ups of other tests, if still stored, are younger than these.
  test('set-ups begun before a given time are purged, at most the limit at a time; factors stay', async (store) => {
    const { id: userId } = await storedUser(store);
    const over = [
      await storedFactor(store, { createdAt: EARLY - 1 }),
      await storedFactor(store, { createdAt: EARLY - 1 }),
      await storedFactor(store, { createdAt: EARLY - 1 }),
    ];
    const kept = [
      await storedFactor(store, { userId, createdAt: EARLY - 1, method: 'totp', confirmedAt: EARLY }),
      await storedFactor(store, { userId, createdAt: EARLY, method: 'sms' }),
    ];
    assert.equal(await store.purge('factors', EARLY, 2), 2);
    assert.equal(await store.purge('factors', EARLY, 2), 1);
    assert.equal(await store.purge('factors', EARLY, 2), 0);
    for (const { id } of over) assert.equal(await store.factors.find(id), null);
    const found = await Promise.all(kept.map(async ({ id }) => store.factors.find(id)));
    assert.deepEqual(ids(found.flatMap((factor) => factor ?? [])), ids(kept));
    await store.users.remove(userId, 'admin');
  });

  test('of concurrent purges, each set-up is counted by one', async (store) => {
    await atOnce(30, async () => storedFactor(store, { createdAt: EARLY - 1 }));
    assert.equal(sum(await atOnce(20, async () => store.purge('factors', EARLY, 4))), 30);
  });
}
