import assert from 'node:assert/strict';
import { aBackupCode, aDevice, anEvent, aSession, aUser, BUILT_AT } from '../builders.js';
import { atOnce, count, ids, storedFactor, storedMessage, storedToken, storedUser, type Test } from './section.js';

export function removingUsersContract(test: Test): void {
  test('removing a user removes everything of theirs except the events', async (store) => {
    const [user, other] = [await storedUser(store), await storedUser(store)];
    const kept: string[] = [];
    const gone: string[] = [];
    for (const { id: userId } of [user, other]) {
      await store.sessions.insert(aSession({ userId }));
      await store.devices.insert(aDevice({ userId }), 10);
      await store.events.append(anEvent({ userId }));
      const token = await storedToken(store, { userId });
      (userId === user.id ? gone : kept).push(token.id);
    }
    const [session] = await store.sessions.list(user.id);
    const [device] = await store.devices.list(user.id);
    assert.equal(await store.users.remove(user.id, 'admin'), 'removed');

    assert.equal(await store.users.find(user.id), null);
    assert.equal(await store.sessions.find(session?.id ?? ''), null);
    assert.equal(await store.devices.find(device?.id ?? ''), null);
    for (const id of gone) assert.equal(await store.oneTimeTokens.find(id), null);
    await store.events.anonymize({ userId: user.id, role: 'subject', afterId: '', limit: 10 });
    assert.equal((await store.events.list(user.id, { limit: 10 })).length, 1);

    assert.equal((await store.sessions.list(other.id)).length, 1);
    assert.equal((await store.devices.list(other.id)).length, 1);
    for (const id of kept) assert.ok(await store.oneTimeTokens.find(id));
    assert.equal(await store.users.remove(user.id, 'admin'), 'missing');
    assert.deepEqual(await store.users.insert(aUser({ email: user.email })), { kind: 'inserted' });
  });

  test('a removed user’s messages are removed; those to others and to no account stay', async (store) => {
    const [user, other] = [await storedUser(store), await storedUser(store)];
    // Due before all messages of other tests.
    const due = { nextAttemptAt: 1 };
    await storedMessage(store, { userId: user.id, ...due });
    const kept = [await storedMessage(store, { userId: other.id, ...due }), await storedMessage(store, due)];
    assert.equal(await store.users.remove(user.id, 'admin'), 'removed');
    const leased = await store.outbox.lease({ now: 1, until: 2, limit: 10 });
    assert.deepEqual(ids(leased), ids(kept));
    for (const { id } of leased) await store.outbox.release({ id, leasedUntil: 2 }, { kind: 'dead', at: 1 });
    await store.purge('outbox', 2, 10);
  });

  test('of concurrent removals of one user, one wins', async (store) => {
    const { id } = await storedUser(store);
    const outcomes = await atOnce(20, async () => store.users.remove(id, 'admin'));
    assert.deepEqual([count(outcomes, 'removed'), count(outcomes, 'missing')], [1, 19]);
  });
}

export function removingFactorsContract(test: Test): void {
  test('removing a user removes their factors, set-ups and backup codes, and nobody else’s', async (store) => {
    const [user, other] = [await storedUser(store), await storedUser(store)];
    const kept: string[] = [];
    const gone: string[] = [];
    for (const { id: userId } of [user, other]) {
      await store.backupCodes.replace(userId, [aBackupCode({ userId })]);
      const factors = [
        await storedFactor(store, { userId, method: 'totp', confirmedAt: BUILT_AT }),
        await storedFactor(store, { userId, method: 'sms' }),
      ];
      (userId === user.id ? gone : kept).push(...ids(factors));
    }
    assert.equal(await store.users.remove(user.id, 'admin'), 'removed');
    assert.equal(await store.backupCodes.countUnused(user.id), 0);
    for (const id of gone) assert.equal(await store.factors.find(id), null);
    assert.equal(await store.backupCodes.countUnused(other.id), 1);
    for (const id of kept) assert.ok(await store.factors.find(id));
  });
}
