import assert from 'node:assert/strict';
import { aSession, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, ids, storedSession, storedUser, type Test } from './section.js';

const NOW = BUILT_AT + 1000;
const EARLY = 1_000_000;

export function endingSessionsContract(test: Test): void {
  test('a session is revoked once; the first reason stays', async (store) => {
    const session = await storedSession(store);
    assert.equal(await store.sessions.revoke(session.id, NOW, 'logout'), true);
    assert.equal(await store.sessions.revoke(session.id, NOW + 1, 'logout-all'), false);
    assert.deepEqual(await store.sessions.find(session.id), { ...session, revokedAt: NOW, revokeReason: 'logout' });
    assert.equal(await store.sessions.revoke(anId(), NOW, 'logout'), false);
  });

  test('of concurrent revocations of one session, one wins', async (store) => {
    const { id } = await storedSession(store);
    const won = await atOnce(30, async (n) => store.sessions.revoke(id, NOW + n, 'ended-by-user'));
    assert.equal(count(won, true), 1);
    assert.equal((await store.sessions.find(id))?.revokedAt, NOW + won.indexOf(true));
  });

  test('of a concurrent rotation and revocation, the session ends, and a lost rotation changes nothing', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await storedSession(store);
      const rotation = { now: NOW, idleExpiresAt: NOW + 5000 };
      const [rotated, revoked] = await Promise.all([
        store.sessions.rotate(id, 0, rotation),
        store.sessions.revoke(id, NOW, 'logout'),
      ]);
      assert.equal(revoked, true);
      assert.equal((await store.sessions.find(id))?.refreshCounter, rotated ? 1 : 0);
      assert.equal(await store.sessions.rotate(id, rotated ? 1 : 0, rotation), false);
    }
  });

  test("all live sessions of a user are revoked except the given one", async (store) => {
    const { id: userId } = await storedUser(store);
    const other = await storedSession(store);
    const [kept, ended, expired, revoked] = [
      await storedSession(store, { userId }),
      await storedSession(store, { userId }),
      await storedSession(store, { userId, expiresAt: NOW }),
      await storedSession(store, { userId, revokedAt: BUILT_AT, revokeReason: 'logout' }),
    ];
    assert.equal(await store.sessions.revokeAll(userId, NOW, 'logout-all', kept.id), 1);
    assert.deepEqual((await store.sessions.find(ended.id))?.revokeReason, 'logout-all');
    for (const session of [other, kept, expired, revoked]) {
      assert.deepEqual(await store.sessions.find(session.id), session);
    }
    assert.equal(await store.sessions.revokeAll(userId, NOW, 'logout-all'), 1);
    assert.equal(await store.sessions.revokeAll(userId, NOW, 'logout-all'), 0);
  });

  test('of concurrent calls that revoke all sessions, each session is counted by one', async (store) => {
    const { id: userId } = await storedUser(store);
    await atOnce(10, async () => storedSession(store, { userId }));
    const counts = await atOnce(20, async () => store.sessions.revokeAll(userId, NOW, 'logout-all'));
    assert.equal(counts.reduce((sum, n) => sum + n), 10);
  });

  test('live sessions above the maximum are revoked, oldest first', async (store) => {
    const { id: userId } = await storedUser(store);
    const other = await storedSession(store);
    const oldest = await storedSession(store, { userId });
    const old = await storedSession(store, { userId });
    const kept = await storedSession(store, { userId });
    const over = await storedSession(store, { userId, revokedAt: BUILT_AT, revokeReason: 'logout' });
    assert.deepEqual(await store.sessions.revokeOldest(userId, 3, NOW), []);
    const ended = await store.sessions.revokeOldest(userId, 1, NOW);
    assert.deepEqual(ended.toSorted(), [oldest.id, old.id]);
    for (const session of [oldest, old]) {
      const now = await store.sessions.find(session.id);
      assert.deepEqual(now, { ...session, revokedAt: NOW, revokeReason: 'session-limit' });
    }
    for (const session of [other, kept, over]) assert.deepEqual(await store.sessions.find(session.id), session);
  });

  test('sessions begun concurrently keep to the maximum', async (store) => {
    const { id: userId } = await storedUser(store);
    const ended = await atOnce(30, async () =>
      store.transaction(async (tx) => {
        await tx.sessions.insert(aSession({ userId }));
        return tx.sessions.revokeOldest(userId, 5, NOW);
      }),
    );
    assert.equal((await store.sessions.list(userId, { liveAt: NOW })).length, 5);
    assert.equal(new Set(ended.flat()).size, 25);
  });

  test('of ended sessions the user’s newest are kept and the others deleted; live ones and other users’ stay', async (store) => {
    const { id: userId } = await storedUser(store);
    const live = await storedSession(store, { userId });
    const over = [
      await storedSession(store, { userId, idleExpiresAt: NOW - 1 }),
      await storedSession(store, { userId, expiresAt: NOW - 1 }),
      await storedSession(store, { userId, revokedAt: NOW - 1, revokeReason: 'logout' }),
      await storedSession(store, { userId, revokedAt: NOW - 2, revokeReason: 'logout' }),
    ];
    const justOver = await storedSession(store, { userId, revokedAt: NOW, revokeReason: 'logout' });
    const other = await storedSession(store, { revokedAt: NOW - 1, revokeReason: 'logout' });
    await store.sessions.forgetOver(userId, 4, NOW);
    assert.equal((await store.sessions.list(userId)).length, 6);
    await atOnce(3, async () => store.sessions.forgetOver(userId, 2, NOW));
    assert.deepEqual(await store.sessions.list(userId), [justOver, over[3], over[2], live]);
    assert.deepEqual(await store.sessions.find(other.id), other);
  });

  // Sessions of other tests, if still stored, are younger than these.
  test('sessions over before a given time are purged, at most the limit at a time', async (store) => {
    const { id: userId } = await storedUser(store);
    const over = [
      await storedSession(store, { userId, idleExpiresAt: EARLY - 1 }),
      await storedSession(store, { userId, expiresAt: EARLY - 1 }),
      await storedSession(store, { userId, revokedAt: EARLY - 1, revokeReason: 'logout' }),
    ];
    const kept = [
      await storedSession(store, { userId, idleExpiresAt: EARLY }),
      await storedSession(store, { userId, expiresAt: EARLY }),
      await storedSession(store, { userId, revokedAt: EARLY, revokeReason: 'logout' }),
      await storedSession(store, { userId }),
    ];
    assert.equal(await store.purge('sessions', EARLY, 2), 2);
    assert.equal((await store.sessions.list(userId)).length, over.length + kept.length - 2);
    assert.equal(await store.purge('sessions', EARLY, 2), 1);
    assert.equal(await store.purge('sessions', EARLY, 2), 0);
    assert.deepEqual(ids(await store.sessions.list(userId)), ids(kept).toReversed());
    await store.users.remove(userId, 'admin');
  });

  test('of concurrent purges, each session is counted by one', async (store) => {
    const { id: userId } = await storedUser(store);
    await atOnce(30, async () => storedSession(store, { userId, expiresAt: EARLY - 1 }));
    const counts = await atOnce(20, async () => store.purge('sessions', EARLY, 4));
    assert.equal(counts.reduce((sum, n) => sum + n), 30);
  });
}
