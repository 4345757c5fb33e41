import assert from 'node:assert/strict';
import type { AuthStore } from '../../ports/store/store.js';
import { aMessage, anEvent, aOneTimeToken, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, ids, storedMessage, storedUser, sum, type Test } from './section.js';

const NOW = BUILT_AT + 1000;
const EARLY = 1_000_000;
const CLAIM = { now: NOW, until: NOW + 60_000, limit: 10 };
const FAR_FUTURE = 2 ** 50;

/** All tests share the outbox: the messages of other tests would be leased by this one. */
async function emptyOutbox(store: AuthStore): Promise<void> {
  const claim = { now: FAR_FUTURE, until: FAR_FUTURE + 1, limit: 10_000 };
  for (const { id } of await store.outbox.lease(claim)) {
    await store.outbox.release({ id, leasedUntil: FAR_FUTURE + 1 }, { kind: 'dead', at: FAR_FUTURE });
  }
}

export function outboxContract(test: Test): void {
  test('due messages are leased once, oldest first, and the attempt is counted', async (store) => {
    await emptyOutbox(store);
    const { id: userId } = await storedUser(store);
    const first = await storedMessage(store, { userId, sealedMessage: 'it’s "so"', nextAttemptAt: NOW });
    const second = await storedMessage(store, { attempts: 3, nextAttemptAt: NOW - 500 });
    await storedMessage(store, { nextAttemptAt: NOW + 1 });
    const leased = [first, second].map((message) => ({
      ...message,
      attempts: message.attempts + 1,
      leasedUntil: CLAIM.until,
    }));
    assert.deepEqual(await store.outbox.lease(CLAIM), leased);
    assert.deepEqual(await store.outbox.lease(CLAIM), []);
  });

  test('a user’s messages are listed newest first, and no others', async (store) => {
    const [{ id: userId }, { id: other }] = [await storedUser(store), await storedUser(store)];
    const messages = [await storedMessage(store, { userId }), await storedMessage(store, { userId, sentAt: NOW })];
    await storedMessage(store, { userId: other });
    assert.deepEqual(await store.outbox.list(userId), messages.toReversed());
    const tokens = [aOneTimeToken({ userId }), aOneTimeToken({ userId, consumedAt: NOW })];
    for (const token of [...tokens, aOneTimeToken({ userId: other })]) await store.oneTimeTokens.insert(token);
    assert.deepEqual(await store.oneTimeTokens.list(userId), tokens.toReversed());
    const done = [anEvent({ actorId: userId, userId: other }), anEvent({ actorId: userId })];
    for (const event of [...done, anEvent({ actorId: userId, userId }), anEvent({ actorId: other, userId })]) {
      await store.events.append(event);
    }
    assert.deepEqual(await store.events.listByActor(userId, { limit: 5 }), done.toReversed());
    const [first, second] = done;
    assert.deepEqual(await store.events.listByActor(userId, { limit: 1 }), [second]);
    assert.deepEqual(await store.events.listByActor(userId, { limit: 5, beforeId: second?.id ?? '' }), [first]);
  });

  test('a message to a missing user is refused', async (store) => {
    await assert.rejects(store.outbox.insert(aMessage({ userId: anId() })));
  });

  test('messages due longest are leased first, at most the limit at a time', async (store) => {
    await emptyOutbox(store);
    const late = await storedMessage(store, { nextAttemptAt: NOW });
    const [second, third] = [
      await storedMessage(store, { nextAttemptAt: NOW - 10 }),
      await storedMessage(store, { nextAttemptAt: NOW - 10 }),
    ];
    const first = await storedMessage(store, { nextAttemptAt: NOW - 20 });
    assert.deepEqual(ids(await store.outbox.lease({ ...CLAIM, limit: 2 })), [second.id, first.id]);
    assert.deepEqual(ids(await store.outbox.lease({ ...CLAIM, limit: 2 })), [late.id, third.id]);
  });

  test('an expired lease holds until another worker leases the message', async (store) => {
    await emptyOutbox(store);
    const { id } = await storedMessage(store);
    await store.outbox.lease({ ...CLAIM, until: NOW + 10 });
    const first = { id, leasedUntil: NOW + 10 };
    assert.deepEqual(await store.outbox.lease({ ...CLAIM, now: NOW + 9 }), []);
    const [taken] = await store.outbox.lease({ ...CLAIM, now: NOW + 10 });
    assert.deepEqual([taken?.id, taken?.attempts, taken?.leasedUntil], [id, 2, CLAIM.until]);
    assert.equal(await store.outbox.release(first, { kind: 'sent', at: NOW + 11 }), false);
    assert.equal(await store.outbox.release(first, { kind: 'retry', at: NOW + 11 }), false);
    assert.equal(await store.outbox.release(first, { kind: 'dead', at: NOW + 11 }), false);
    assert.equal(await store.outbox.release({ id, leasedUntil: CLAIM.until }, { kind: 'sent', at: FAR_FUTURE - 1 }), true);
    assert.deepEqual(await store.outbox.lease({ ...CLAIM, now: FAR_FUTURE }), []);
  });

  test('the holder of a lease ends it: sent, retry or dead', async (store) => {
    await emptyOutbox(store);
    const { id } = await storedMessage(store);
    await store.outbox.lease(CLAIM);
    const lease = { id, leasedUntil: CLAIM.until };
    assert.equal(await store.outbox.release(lease, { kind: 'retry', at: NOW + 500 }), true);
    assert.equal(await store.outbox.release(lease, { kind: 'retry', at: NOW + 600 }), false);
    assert.deepEqual(await store.outbox.lease({ ...CLAIM, now: NOW + 499 }), []);
    const [again] = await store.outbox.lease({ ...CLAIM, now: NOW + 500 });
    assert.deepEqual([again?.id, again?.attempts, again?.nextAttemptAt], [id, 2, NOW + 500]);
    assert.equal(await store.outbox.release(lease, { kind: 'dead', at: NOW + 501 }), true);
    assert.equal(await store.outbox.release(lease, { kind: 'dead', at: NOW + 501 }), false);
    assert.equal(await store.outbox.release(lease, { kind: 'sent', at: NOW + 501 }), false);
    assert.deepEqual(await store.outbox.lease({ ...CLAIM, now: FAR_FUTURE }), []);
    assert.equal(await store.outbox.release({ id: anId(), leasedUntil: NOW }, { kind: 'sent', at: NOW }), false);
  });

  test('nextDue is when the earliest message is due; for a leased one, the end of its lease', async (store) => {
    await emptyOutbox(store);
    assert.equal(await store.outbox.nextDue(), null);
    const { id } = await storedMessage(store, { nextAttemptAt: NOW });
    await storedMessage(store, { nextAttemptAt: NOW + 100 });
    assert.equal(await store.outbox.nextDue(), NOW);
    await store.outbox.lease({ now: NOW, until: NOW + 50, limit: 1 });
    assert.equal(await store.outbox.nextDue(), NOW + 50);
    await store.outbox.release({ id, leasedUntil: NOW + 50 }, { kind: 'retry', at: NOW + 200 });
    assert.equal(await store.outbox.nextDue(), NOW + 100);
    await emptyOutbox(store);
    assert.equal(await store.outbox.nextDue(), null);
  });

  test('the backlog counts waiting messages, leased or not, and has the age of the oldest', async (store) => {
    if (store.outbox.backlog === undefined) return;
    await emptyOutbox(store);
    assert.deepEqual(await store.outbox.backlog(10), { waiting: 0, oldestAt: null });
    await storedMessage(store, { createdAt: NOW + 2, nextAttemptAt: NOW + 2 });
    await storedMessage(store, { createdAt: NOW + 1, nextAttemptAt: NOW + 900 });
    await storedMessage(store, { createdAt: NOW, sentAt: NOW });
    await storedMessage(store, { createdAt: NOW, deadAt: NOW });
    await store.outbox.lease({ ...CLAIM, now: NOW + 2, limit: 1 });
    assert.deepEqual(await store.outbox.backlog(10), { waiting: 2, oldestAt: NOW + 1 });
    assert.equal((await store.outbox.backlog(1)).waiting, 1);
  });

  test('no message is leased to two concurrent workers', async (store) => {
    await emptyOutbox(store);
    const messages = await atOnce(60, async () => storedMessage(store));
    const work = async (n: number): Promise<string[]> => ids(await store.outbox.lease({ ...CLAIM, limit: 1 + (n % 5) }));
    const leased = (await atOnce(20, work)).flat();
    assert.deepEqual(leased.toSorted(), ids(messages));
    assert.equal((await atOnce(20, work)).flat().length, 0);
  });

  test('of concurrent calls that end one lease, one wins', async (store) => {
    await emptyOutbox(store);
    const { id } = await storedMessage(store);
    await store.outbox.lease(CLAIM);
    const lease = { id, leasedUntil: CLAIM.until };
    const ends = [
      async () => store.outbox.release(lease, { kind: 'sent', at: NOW }),
      async () => store.outbox.release(lease, { kind: 'retry', at: NOW }),
      async () => store.outbox.release(lease, { kind: 'dead', at: NOW }),
    ];
    const won = await atOnce(30, async (n) => (await ends[n % 3]?.()) ?? false);
    assert.equal(count(won, true), 1);
    const waits = won.indexOf(true) % 3 === 1;
    assert.equal((await store.outbox.lease(CLAIM)).length, waits ? 1 : 0);
  });

  test('counts the messages given up after a given time', async (store) => {
    if (store.outbox.countDead === undefined) return;
    await emptyOutbox(store);
    const before = await store.outbox.countDead(NOW);
    for (const fields of [{}, { sentAt: NOW + 1 }, { deadAt: NOW }]) await storedMessage(store, fields);
    assert.equal(await store.outbox.countDead(NOW), before);
    await storedMessage(store, { deadAt: NOW + 1 });
    assert.equal(await store.outbox.countDead(NOW), before + 1);
  });

  test('messages sent or given up before a given time are purged, at most the limit at a time', async (store) => {
    await storedMessage(store);
    for (const fields of [{ sentAt: EARLY - 1 }, { deadAt: EARLY - 1 }, { sentAt: EARLY - 2 }]) {
      await storedMessage(store, fields);
    }
    for (const fields of [{ sentAt: EARLY }, { deadAt: EARLY }]) await storedMessage(store, fields);
    assert.equal(await store.purge('outbox', EARLY, 2), 2);
    assert.equal(await store.purge('outbox', EARLY, 2), 1);
    assert.equal(await store.purge('outbox', EARLY, 2), 0);
    assert.equal(await store.purge('outbox', EARLY + 1, 10), 2);
    await atOnce(30, async () => storedMessage(store, { sentAt: EARLY - 1 }));
    assert.equal(sum(await atOnce(20, async () => store.purge('outbox', EARLY, 4))), 30);
  });
}
