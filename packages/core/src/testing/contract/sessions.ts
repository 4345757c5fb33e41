import assert from 'node:assert/strict';
import type { SessionRecord } from '../../ports/store/sessions.js';
import { aSession, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, ids, storedSession, storedUser, type Test } from './section.js';

const NOW = BUILT_AT + 1000;
/** The ways in which a session is not live at `NOW`. It expires at the very millisecond. */
const OVER: readonly Partial<SessionRecord>[] = [
  { idleExpiresAt: NOW },
  { expiresAt: NOW },
  { revokedAt: BUILT_AT, revokeReason: 'logout' },
];

export function sessionsContract(test: Test): void {
  test('sessions are read as they were stored, alone and with their user', async (store) => {
    const user = await storedUser(store);
    const bare = aSession({ userId: user.id, ip: null, userAgent: null, amr: [] });
    const full = aSession({
      userId: user.id,
      deviceId: anId(),
      refreshCounter: 12,
      rotatedAt: BUILT_AT + 1,
      revokedAt: BUILT_AT + 2,
      revokeReason: 'refresh-token-reuse',
      amr: ['pwd', 'otp', 'mfa'],
      aal: 2,
      ip: '2001:db8::1',
    });
    for (const session of [bare, full]) {
      await store.sessions.insert(session);
      assert.deepEqual(await store.sessions.find(session.id), session);
      assert.deepEqual(await store.sessions.findWithUser(session.id), { session, user });
    }
    const nobody = anId();
    assert.equal(await store.sessions.find(nobody), null);
    assert.equal(await store.sessions.findWithUser(nobody), null);
  });

  test('an insert returns how many sessions of the user are stored, ended ones included', async (store) => {
    const { id: userId } = await storedUser(store);
    await storedSession(store);
    for (const [index, fields] of [{}, ...OVER].entries()) {
      assert.equal(await store.sessions.insert(aSession({ userId, ...fields })), index + 1);
    }
  });

  test('concurrent logins count the sessions of each other', async (store) => {
    const user = await storedUser(store);
    const counts = await Promise.all(
      Array.from({ length: 12 }, async () =>
        store.transaction(async (tx) => {
          await tx.users.recordLogin(user.id, user, NOW);
          return tx.sessions.insert(aSession({ userId: user.id }));
        }),
      ),
    );
    assert.deepEqual(counts.toSorted((a, b) => a - b), Array.from({ length: 12 }, (_, index) => index + 1));
  });

  test('the first use after a rotation is marked once, only for its counter, with a time after the rotation', async (store) => {
    const { id } = await storedSession(store, { refreshCounter: 3, rotatedAt: NOW, lastUsedAt: NOW });
    await store.sessions.markSeen(id, 2, NOW + 5);
    assert.equal((await store.sessions.find(id))?.lastUsedAt, NOW);
    // A clock that lags behind must not make it look unseen.
    await store.sessions.markSeen(id, 3, NOW - 5);
    assert.equal((await store.sessions.find(id))?.lastUsedAt, NOW + 1);
    await store.sessions.markSeen(id, 3, NOW + 9);
    assert.equal((await store.sessions.find(id))?.lastUsedAt, NOW + 1);
    const fresh = await storedSession(store, { rotatedAt: null, lastUsedAt: NOW });
    await store.sessions.markSeen(fresh.id, fresh.refreshCounter, NOW + 5);
    assert.equal((await store.sessions.find(fresh.id))?.lastUsedAt, NOW);
    await store.sessions.markSeen(anId(), 0, NOW);
  });

  test('a session without an existing user, or with an existing id, is refused', async (store) => {
    const orphan = aSession({ userId: anId() });
    await assert.rejects(store.sessions.insert(orphan));
    assert.equal(await store.sessions.find(orphan.id), null);
    const session = await storedSession(store);
    await assert.rejects(store.sessions.insert({ ...session, refreshCounter: 9 }));
    assert.deepEqual(await store.sessions.find(session.id), session);
  });

  test("a user's sessions are listed newest first, all or only the live ones", async (store) => {
    const { id: userId } = await storedUser(store);
    await storedSession(store);
    const oldest = await storedSession(store, { userId });
    for (const fields of OVER) await storedSession(store, { userId, ...fields });
    const newest = await storedSession(store, { userId, idleExpiresAt: NOW + 1 });
    assert.deepEqual(await store.sessions.list(userId, { liveAt: NOW }), [newest, oldest]);
    const all = await store.sessions.list(userId);
    assert.equal(all.length, 2 + OVER.length);
    assert.deepEqual(ids(all), ids(all).toSorted().toReversed());
    assert.deepEqual(await store.sessions.list(anId(), { liveAt: NOW }), []);
  });

  test('a rotation increases the counter by one and changes only the fields of the rotation', async (store) => {
    const session = await storedSession(store, { refreshCounter: 4 });
    const rotation = { now: NOW, idleExpiresAt: NOW + 5000 };
    assert.equal(await store.sessions.rotate(session.id, 3, rotation), false);
    assert.equal(await store.sessions.rotate(session.id, 5, rotation), false);
    assert.deepEqual(await store.sessions.find(session.id), session);
    assert.equal(await store.sessions.rotate(session.id, 4, rotation), true);
    const rotated = { ...session, refreshCounter: 5, rotatedAt: NOW, lastUsedAt: NOW, idleExpiresAt: NOW + 5000 };
    assert.deepEqual(await store.sessions.find(session.id), rotated);
    assert.equal(await store.sessions.rotate(anId(), 0, rotation), false);
  });

  test('a session that is over is neither rotated nor reauthenticated', async (store) => {
    for (const fields of OVER) {
      const session = await storedSession(store, fields);
      assert.equal(await store.sessions.rotate(session.id, 0, { now: NOW, idleExpiresAt: NOW + 5000 }), false);
      assert.equal(await store.sessions.reauthenticate(session.id, { at: NOW, amr: ['otp'], aal: 2 }), false);
      assert.deepEqual(await store.sessions.find(session.id), session);
    }
  });

  test('of concurrent rotations from one counter, one wins', async (store) => {
    const { id } = await storedSession(store);
    const rotation = { now: NOW, idleExpiresAt: NOW + 5000 };
    const won = await atOnce(50, async () => store.sessions.rotate(id, 0, rotation));
    assert.equal(count(won, true), 1);
    assert.equal((await store.sessions.find(id))?.refreshCounter, 1);
  });

  test('a reauthentication is recorded in a live session, and nothing else changes', async (store) => {
    const session = await storedSession(store);
    const proof = { amr: ['pwd', 'otp'], aal: 2 } as const;
    assert.equal(await store.sessions.reauthenticate(session.id, { at: NOW, ...proof }), true);
    assert.deepEqual(await store.sessions.find(session.id), { ...session, authenticatedAt: NOW, ...proof });
    assert.equal(await store.sessions.reauthenticate(anId(), { at: NOW, ...proof }), false);
  });
}
