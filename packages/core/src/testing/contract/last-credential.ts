import assert from 'node:assert/strict';
import { BUILT_AT } from '../builders.js';
import { atOnce, count, ids, storedIdentity, storedPasskey, storedUser, type Test } from './section.js';

/**
 * LAST_CREDENTIAL: the last credential of a user, among password, passkeys and other ways to log in, cannot be removed.
 */
export function lastCredentialContract(test: Test): void {
  test('the last credential of a user without a password stays until there is another', async (store) => {
    const { id: userId } = await storedUser(store, { passwordHash: null });
    const first = await storedPasskey(store, { userId });
    assert.equal(await store.passkeys.remove(first.id, userId), 'last-credential');
    assert.deepEqual(await store.passkeys.list(userId), [first]);
    const second = await storedPasskey(store, { userId });
    assert.equal(await store.passkeys.remove(first.id, userId), 'removed');
    assert.equal(await store.passkeys.remove(second.id, userId), 'last-credential');
    await store.users.setPassword(userId, { hash: 'hash', at: BUILT_AT });
    assert.equal(await store.passkeys.remove(second.id, userId), 'removed');
  });

  test('credentials of other users are not counted', async (store) => {
    await storedPasskey(store);
    const { id: userId } = await storedUser(store, { passwordHash: null });
    const { id } = await storedPasskey(store, { userId });
    assert.equal(await store.passkeys.remove(id, userId), 'last-credential');
  });

  test('of the last two credentials, removed concurrently, one stays', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const { id: userId } = await storedUser(store, { passwordHash: null });
      const pair = [await storedPasskey(store, { userId }), await storedPasskey(store, { userId })];
      const outcomes = await Promise.all(pair.map(async ({ id }) => store.passkeys.remove(id, userId)));
      assert.deepEqual(outcomes.toSorted(), ['last-credential', 'removed']);
    }
  });

  test('of many credentials, removed concurrently, one stays', async (store) => {
    const { id: userId } = await storedUser(store, { passwordHash: null });
    await atOnce(10, async () => storedPasskey(store, { userId }));
    const outcomes = await Promise.all(ids(await store.passkeys.list(userId)).map(async (id) => store.passkeys.remove(id, userId)));
    assert.deepEqual([count(outcomes, 'removed'), count(outcomes, 'last-credential')], [9, 1]);
  });
}

/** The same between passkeys and identities, for stores that have both. */
export function sharedCredentialsContract(test: Test): void {
  test('passkeys and identities are counted together: of one each, removed concurrently, one stays', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const { id: userId } = await storedUser(store, { passwordHash: null });
      const passkey = await storedPasskey(store, { userId });
      const identity = await storedIdentity(store, { userId });
      const outcomes = await Promise.all([store.passkeys.remove(passkey.id, userId), store.identities.remove(identity.id, userId)]);
      assert.deepEqual(outcomes.toSorted(), ['last-credential', 'removed']);
    }
  });
}
