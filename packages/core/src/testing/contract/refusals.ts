import assert from 'node:assert/strict';
import { anEvent, BUILT_AT } from '../builders.js';
import { anId, atOnce, type Test } from './section.js';

export function refusalsContract(test: Test): void {
  test('a refusal is appended once under its key; later ones are counted in that row, with their details', async (store) => {
    const userId = anId();
    const first = anEvent({ userId, outcome: 'failure', at: BUILT_AT, detail: { reason: 'wrong', n: 1 } });
    const second = anEvent({ userId, outcome: 'failure', at: BUILT_AT + 5, sessionId: anId(), ip: null, userAgent: 'another', detail: { reason: 'wrong', n: 2 } });
    const key = anId();
    const { id, at } = first;
    assert.deepEqual(await store.events.appendRefusal(first, key), { id, at, count: 1, lastAt: null });
    assert.deepEqual(await store.events.list(userId, { limit: 10 }), [first]);
    assert.deepEqual(await store.events.appendRefusal(second, key), { id, at, count: 2, lastAt: second.at });
    assert.deepEqual(await store.events.list(userId, { limit: 10 }), [{ ...second, id, at, count: 2, lastAt: second.at }]);
    const other = anEvent({ userId, outcome: 'failure' });
    await store.events.appendRefusal(other, anId());
    assert.deepEqual((await store.events.list(userId, { limit: 10 })).map(({ count }) => count), [1, 2]);
  });

  test('of concurrent refusals one is appended and each other is counted', async (store) => {
    const [userId, key] = [anId(), anId()];
    const rows = await atOnce(20, async () => store.events.appendRefusal(anEvent({ userId, outcome: 'failure' }), key));
    assert.deepEqual(rows.map(({ count }) => count).toSorted((a, b) => a - b), Array.from({ length: 20 }, (_, n) => n + 1));
    assert.equal(new Set(rows.map(({ id }) => id)).size, 1);
    assert.deepEqual((await store.events.list(userId, { limit: 10 })).map(({ count }) => count), [20]);
  });

  test('a refusal that was rolled back is not counted', async (store) => {
    const [userId, key] = [anId(), anId()];
    await store.events.appendRefusal(anEvent({ userId, outcome: 'failure' }), key);
    await assert.rejects(
      store.transaction(async (tx) => {
        await tx.events.appendRefusal(anEvent({ userId, outcome: 'failure' }), key);
        throw new Error('no');
      }),
    );
    assert.deepEqual((await store.events.list(userId, { limit: 10 })).map(({ count }) => count), [1]);
  });
}
