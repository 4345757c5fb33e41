import assert from 'node:assert/strict';
import { anIdentity, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, ids, storedIdentity, storedUser, type Test } from './section.js';

export function identitiesContract(test: Test): void {
  test('identities are read as they were stored, newest first', async (store) => {
    const { id: userId } = await storedUser(store);
    const bare = await storedIdentity(store, { userId, email: null });
    const full = await storedIdentity(store, { userId, sealedTokens: 'sealed tokens', lastUsedAt: BUILT_AT + 1 });
    await storedIdentity(store);
    for (const identity of [bare, full]) {
      assert.deepEqual(await store.identities.find(identity.id), identity);
      assert.deepEqual(await store.identities.findBySubject(identity.issuer, identity.subject), identity);
    }
    assert.deepEqual(await store.identities.list(userId), [full, bare]);
    assert.equal(await store.identities.find(anId()), null);
    assert.deepEqual(await store.identities.list(anId()), []);
  });

  test('an identity without an existing user is refused', async (store) => {
    const identity = anIdentity({ userId: anId() });
    await assert.rejects(store.identities.insert(identity, 10));
    assert.equal(await store.identities.find(identity.id), null);
  });

  test('a subject is unique to its issuer and compared exactly', async (store) => {
    const { issuer, subject } = await storedIdentity(store, { subject: `Subject ${anId()}` });
    for (const other of [{ issuer: `${issuer}/` }, { subject: subject.toUpperCase() }, { subject: `${subject} ` }]) {
      const key = { issuer, subject, ...other };
      assert.equal(await store.identities.findBySubject(key.issuer, key.subject), null);
      const { id: userId } = await storedUser(store);
      assert.equal(await store.identities.insert(anIdentity({ userId, ...key }), 10), 'inserted');
      await store.identities.removeAll(userId);
    }
  });

  test('of users that one subject is linked to concurrently, exactly one gets it', async (store) => {
    const users = await atOnce(20, async () => storedUser(store));
    const subject = anId();
    const outcomes = await atOnce(20, async (n) => store.identities.insert(anIdentity({ userId: users[n]?.id ?? '', subject }), 10));
    assert.deepEqual([count(outcomes, 'inserted'), count(outcomes, 'taken')], [1, 19]);
    const winner = users[outcomes.indexOf('inserted')];
    assert.equal((await store.identities.findBySubject('https://provider.example', subject))?.userId, winner?.id);
  });

  test('a taken subject leaves the transaction usable, even if it was taken meanwhile', async (store) => {
    const subject = anId();
    const users = await atOnce(10, async () => storedUser(store));
    const outcomes = await Promise.all(
      users.map(async ({ id: userId }) =>
        store.transaction(async (tx) => {
          const outcome = await tx.identities.insert(anIdentity({ userId, subject }), 10);
          await tx.users.setPhone(userId, `phone of ${outcome}`, BUILT_AT);
          return outcome;
        }),
      ),
    );
    assert.equal(count(outcomes, 'inserted'), 1);
    for (const [n, { id }] of users.entries()) assert.equal((await store.users.find(id))?.phone, `phone of ${outcomes[n]}`);
  });

  test('identities of one user added concurrently keep to the maximum', async (store) => {
    const { id: userId } = await storedUser(store);
    const outcomes = await atOnce(20, async () => store.identities.insert(anIdentity({ userId }), 5));
    assert.deepEqual([count(outcomes, 'inserted'), count(outcomes, 'full')], [5, 15]);
    assert.equal((await store.identities.list(userId)).length, 5);
  });

  test('a use sets address, tokens and time, and returns whether the identity existed', async (store) => {
    const identity = await storedIdentity(store, { sealedTokens: 'old' });
    const use = { at: BUILT_AT + 5, email: 'new@example.com', sealedTokens: null };
    assert.equal(await store.identities.recordUse(identity.id, use), true);
    assert.deepEqual(await store.identities.find(identity.id), { ...identity, email: use.email, sealedTokens: null, lastUsedAt: use.at });
    assert.equal(await store.identities.recordUse(anId(), use), false);
  });

  test('an identity is removed once, by its own user only', async (store) => {
    const identity = await storedIdentity(store);
    const eve = await storedUser(store);
    assert.equal(await store.identities.remove(identity.id, eve.id), 'missing');
    const outcomes = await atOnce(20, async () => store.identities.remove(identity.id, identity.userId));
    assert.deepEqual([count(outcomes, 'removed'), count(outcomes, 'missing')], [1, 19]);
    assert.equal(await store.identities.find(identity.id), null);
  });

  test('without a password the last identity stays, even if all are removed concurrently', async (store) => {
    const { id: userId } = await storedUser(store, { passwordHash: null });
    const identities = await atOnce(6, async () => storedIdentity(store, { userId }));
    const outcomes = await Promise.all(identities.map(async ({ id }) => store.identities.remove(id, userId)));
    assert.deepEqual([count(outcomes, 'removed'), count(outcomes, 'last-credential')], [5, 1]);
    const [left] = await store.identities.list(userId);
    assert.equal(await store.identities.remove(left?.id ?? '', userId), 'last-credential');
    await store.users.setPassword(userId, { hash: 'a hash', at: BUILT_AT });
    assert.equal(await store.identities.remove(left?.id ?? '', userId), 'removed');
  });

  test('all identities of a user are removed together, and with the user', async (store) => {
    const { id: userId } = await storedUser(store);
    await atOnce(3, async () => storedIdentity(store, { userId }));
    const other = await storedIdentity(store);
    assert.equal(await store.identities.removeAll(userId), 3);
    assert.equal(await store.identities.removeAll(userId), 0);
    const again = await storedIdentity(store, { userId });
    await store.users.remove(userId, 'admin');
    assert.equal(await store.identities.find(again.id), null);
    assert.deepEqual(ids(await store.identities.list(other.userId)), [other.id]);
  });
}
