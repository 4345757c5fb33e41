import assert from 'node:assert/strict';
import { anEvent, BUILT_AT } from '../builders.js';
import { anId, atOnce, ids, type Test } from './section.js';

const EARLY = 1_000_000;

export function eventsContract(test: Test): void {
  test('events are read as they were stored, newest first', async (store) => {
    // Events may be about users who were removed, so any id will do.
    const userId = anId();
    const bare = anEvent({ userId, ip: null, userAgent: null, outcome: 'failure' });
    const full = anEvent({
      userId,
      actorId: anId(),
      sessionId: anId(),
      detail: { reason: 'it’s "so"', attempts: 3, trusted: false },
    });
    await store.events.append(bare);
    await store.events.append(full);
    await store.events.append(anEvent());
    await store.events.append(anEvent({ userId: anId(), actorId: userId }));
    assert.deepEqual(await store.events.list(userId, { limit: 10 }), [full, bare]);
  });

  test('events are listed page by page', async (store) => {
    const userId = anId();
    const events = Array.from({ length: 5 }, (_, n) => anEvent({ userId, at: BUILT_AT + n }));
    await Promise.all(events.map(async (event) => store.events.append(event)));
    const newestFirst = ids(events).toReversed();
    const first = ids(await store.events.list(userId, { limit: 2 }));
    const second = ids(await store.events.list(userId, { limit: 2, beforeId: first.at(-1) ?? '' }));
    const third = ids(await store.events.list(userId, { limit: 2, beforeId: second.at(-1) ?? '' }));
    assert.deepEqual([first, second, third], [newestFirst.slice(0, 2), newestFirst.slice(2, 4), newestFirst.slice(4)]);
    assert.deepEqual(await store.events.list(userId, { limit: 2, beforeId: third.at(-1) ?? '' }), []);
  });

  // Events of other tests, if still stored, are younger than these.
  test('events before a given time are purged, at most the limit at a time', async (store) => {
    const userId = anId();
    await atOnce(3, async () => store.events.append(anEvent({ userId, at: EARLY - 1 })));
    const kept = anEvent({ userId, at: EARLY });
    await store.events.append(kept);
    assert.equal(await store.purge('events', EARLY, 2), 2);
    assert.equal((await store.events.list(userId, { limit: 10 })).length, 2);
    assert.equal(await store.purge('events', EARLY, 2), 1);
    assert.equal(await store.purge('events', EARLY, 2), 0);
    assert.deepEqual(await store.events.list(userId, { limit: 10 }), [kept]);
    await store.purge('events', EARLY + 1, 10);
  });

  test('of concurrent purges, each event is counted by one', async (store) => {
    await atOnce(30, async () => store.events.append(anEvent({ at: EARLY - 1 })));
    const counts = await atOnce(20, async () => store.purge('events', EARLY, 4));
    assert.equal(counts.reduce((sum, n) => sum + n), 30);
  });
}
