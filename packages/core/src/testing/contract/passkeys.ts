import assert from 'node:assert/strict';
import { aPasskey, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, ids, storedPasskey, storedUser, type Test } from './section.js';

const MAX = 100;
const LATER = BUILT_AT + 1000;

export function passkeysContract(test: Test): void {
  test('a passkey is read as it was stored, with its user, and listed newest first', async (store) => {
    const user = await storedUser(store);
    const first = await storedPasskey(store, { userId: user.id, transports: ['internal', 'hybrid'], publicKey: 'k'.repeat(3500) });
    const second = await storedPasskey(store, { userId: user.id, credentialId: `${anId()}${'c'.repeat(1338)}` });
    await storedPasskey(store);
    assert.deepEqual(await store.passkeys.list(user.id), [second, first]);
    assert.deepEqual(await store.passkeys.findWithUser(second.credentialId), { passkey: second, user });
    assert.equal(await store.passkeys.findWithUser(anId()), null);
    assert.deepEqual(await store.passkeys.list(anId()), []);
  });

  test('an existing credential id is not stored again, for any user, and leaves a transaction usable', async (store) => {
    const passkey = await storedPasskey(store);
    const other = await storedUser(store);
    for (const userId of [passkey.userId, other.id]) {
      const again = aPasskey({ userId, credentialId: passkey.credentialId, publicKey: 'another' });
      const kept = aPasskey({ userId });
      const outcome = await store.transaction(async (tx) => {
        const outcome = await tx.passkeys.insert(again, MAX);
        await tx.passkeys.insert(kept, MAX);
        return outcome;
      });
      assert.equal(outcome, 'exists');
      assert.equal((await store.passkeys.list(userId))[0]?.id, kept.id);
    }
    assert.deepEqual((await store.passkeys.findWithUser(passkey.credentialId))?.passkey, passkey);
  });

  test('of concurrent passkeys with one credential id, for many users, one is stored', async (store) => {
    const users = await atOnce(10, async () => storedUser(store));
    const credentialId = anId();
    const outcomes = await Promise.all(users.map(async ({ id: userId }) => store.passkeys.insert(aPasskey({ userId, credentialId }), MAX)));
    assert.deepEqual([count(outcomes, 'inserted'), count(outcomes, 'exists')], [1, 9]);
  });

  test('a user has at most the maximum of passkeys, even if they are added concurrently', async (store) => {
    const { id: userId } = await storedUser(store);
    const outcomes = await atOnce(10, async () => store.passkeys.insert(aPasskey({ userId }), 3));
    assert.deepEqual([count(outcomes, 'inserted'), count(outcomes, 'too-many')], [3, 7]);
    assert.equal((await store.passkeys.list(userId)).length, 3);
    assert.equal(await store.passkeys.insert(aPasskey({ userId: (await storedUser(store)).id }), 1), 'inserted');
  });

  test('a counter only increases, and a passkey without a counter can be used repeatedly', async (store) => {
    const counting = await storedPasskey(store, { counter: 5 });
    for (const counter of [5, 4, 0]) assert.equal(await store.passkeys.use(counting.id, { counter, backedUp: true, at: LATER }), false);
    assert.deepEqual(await store.passkeys.list(counting.userId), [counting]);
    assert.equal(await store.passkeys.use(counting.id, { counter: 4_294_967_295, backedUp: true, at: LATER }), true);
    const used = { ...counting, counter: 4_294_967_295, backedUp: true, lastUsedAt: LATER };
    assert.deepEqual(await store.passkeys.list(counting.userId), [used]);

    const still = await storedPasskey(store, { counter: 0, backedUp: true });
    const use = { counter: 0, backedUp: false, at: LATER };
    assert.deepEqual([await store.passkeys.use(still.id, use), await store.passkeys.use(still.id, use)], [true, true]);
    assert.deepEqual(await store.passkeys.list(still.userId), [{ ...still, backedUp: false, lastUsedAt: LATER }]);
    assert.equal(await store.passkeys.use(still.id, { ...use, counter: 1 }), true);
    assert.equal(await store.passkeys.use(still.id, use), false);
    assert.equal(await store.passkeys.use(anId(), use), false);
  });

  test('of concurrent uses with one counter, one wins', async (store) => {
    const { id } = await storedPasskey(store, { counter: 5 });
    const outcomes = await atOnce(20, async () => store.passkeys.use(id, { counter: 6, backedUp: false, at: LATER }));
    assert.equal(count(outcomes, true), 1);
  });

  test('a passkey is renamed and removed by its own user only', async (store) => {
    const passkey = await storedPasskey(store);
    const other = await storedUser(store);
    assert.equal(await store.passkeys.rename(passkey.id, other.id, 'Mine'), null);
    assert.equal(await store.passkeys.remove(passkey.id, other.id), 'missing');
    assert.deepEqual(await store.passkeys.list(passkey.userId), [passkey]);
    const renamed = { ...passkey, name: 'Key on the ring' };
    assert.deepEqual(await store.passkeys.rename(passkey.id, passkey.userId, renamed.name), renamed);
    assert.deepEqual(await store.passkeys.list(passkey.userId), [renamed]);
    assert.equal(await store.passkeys.remove(passkey.id, passkey.userId), 'removed');
    assert.equal(await store.passkeys.remove(passkey.id, passkey.userId), 'missing');
    assert.equal(await store.passkeys.rename(passkey.id, passkey.userId, 'Gone'), null);
  });

  test('all passkeys of a user are removed, including the last credential, and no others', async (store) => {
    const { id: userId } = await storedUser(store, { passwordHash: null });
    const other = await storedPasskey(store);
    await storedPasskey(store, { userId });
    await storedPasskey(store, { userId });
    assert.deepEqual([await store.passkeys.removeAll(userId), await store.passkeys.removeAll(userId)], [2, 0]);
    assert.deepEqual(await store.passkeys.list(userId), []);
    assert.deepEqual(ids(await store.passkeys.list(other.userId)), [other.id]);
  });

  test('passkeys are removed with their user', async (store) => {
    const passkey = await storedPasskey(store);
    assert.equal(await store.users.remove(passkey.userId, 'admin'), 'removed');
    assert.equal(await store.passkeys.findWithUser(passkey.credentialId), null);
    assert.equal(await store.passkeys.insert(aPasskey({ ...passkey, userId: (await storedUser(store)).id }), MAX), 'inserted');
  });
}
