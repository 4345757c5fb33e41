import assert from 'node:assert/strict';
import { aUser, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, storedUser, type Test } from './section.js';

export function usersContract(test: Test): void {
  test('users are read as they were stored, by id, email and username', async (store) => {
    const bare = aUser({ passwordHash: null, passwordChangedAt: null });
    const full = aUser({
      emailVerifiedAt: BUILT_AT + 1,
      username: `${bare.id.toLowerCase()}.full`,
      name: 'Zoë "the Ω" O’Neill 🛂',
      role: 'admin',
      phone: '+41791234567',
      phoneVerifiedAt: BUILT_AT + 2,
      twoFactorEnabledAt: BUILT_AT + 3,
      disabledAt: BUILT_AT + 4,
      securityVersion: 7,
      lastLoginAt: BUILT_AT + 5,
    });
    for (const user of [bare, full]) {
      assert.deepEqual(await store.users.insert(user), { kind: 'inserted' });
      assert.deepEqual(await store.users.find(user.id), user);
      assert.deepEqual(await store.users.findByEmail(user.email), user);
    }
    assert.deepEqual(await store.users.findByUsername(full.username ?? ''), full);
  });

  test('a missing user is null', async (store) => {
    const { id, email } = aUser();
    assert.equal(await store.users.find(id), null);
    assert.equal(await store.users.findByEmail(email), null);
    assert.equal(await store.users.findByUsername(id.toLowerCase()), null);
  });

  test('emails and usernames are compared exactly as stored', async (store) => {
    const user = await storedUser(store);
    assert.equal(await store.users.findByEmail(user.email.toUpperCase()), null);
    assert.equal(await store.users.findByEmail(`${user.email} `), null);
    assert.equal(await store.users.findByEmail('%'), null);
  });

  test('changing a record after the call does not change the store', async (store) => {
    const user: { name: string; id: string } & ReturnType<typeof aUser> = aUser();
    await store.users.insert(user);
    user.name = 'Changed';
    const found: { name: string } | null = await store.users.find(user.id);
    assert.ok(found);
    try {
      found.name = 'Changed';
    } catch {
      // The returned record may be frozen instead.
    }
    assert.equal((await store.users.find(user.id))?.name, 'Ada Lovelace');
  });

  test('a login is recorded only for an enabled user with the same security version and two-factor state', async (store) => {
    const user = await storedUser(store, { securityVersion: 3, twoFactorEnabledAt: BUILT_AT });
    const plain = await storedUser(store, { securityVersion: 3 });
    const disabled = await storedUser(store, { disabledAt: BUILT_AT });
    assert.equal(await store.users.recordLogin(user.id, { ...user, securityVersion: 2 }, BUILT_AT + 1), false);
    assert.equal(await store.users.recordLogin(user.id, { ...user, twoFactorEnabledAt: null }, BUILT_AT + 1), false);
    assert.equal(await store.users.recordLogin(user.id, { ...user, twoFactorEnabledAt: BUILT_AT + 1 }, BUILT_AT + 1), false);
    assert.equal(await store.users.recordLogin(plain.id, { ...plain, twoFactorEnabledAt: BUILT_AT }, BUILT_AT + 1), false);
    assert.equal(await store.users.recordLogin(disabled.id, disabled, BUILT_AT + 1), false);
    assert.equal(await store.users.recordLogin(anId(), aUser(), BUILT_AT + 1), false);
    assert.deepEqual(await store.users.find(user.id), user);
    assert.deepEqual(await store.users.find(disabled.id), disabled);
    assert.equal(await store.users.recordLogin(user.id, user, BUILT_AT + 2), true);
    assert.equal(await store.users.recordLogin(plain.id, plain, BUILT_AT + 2), true);
    assert.deepEqual(await store.users.find(user.id), { ...user, lastLoginAt: BUILT_AT + 2 });
  });

  test('a password hash is replaced only if it is the expected one, and nothing else changes', async (store) => {
    const user = await storedUser(store, { passwordHash: 'old' });
    assert.equal(await store.users.replacePasswordHash(user.id, 'other', 'new'), false);
    assert.equal(await store.users.replacePasswordHash(user.id, 'old', 'new'), true);
    assert.equal(await store.users.replacePasswordHash(user.id, 'old', 'newer'), false);
    assert.deepEqual(await store.users.find(user.id), { ...user, passwordHash: 'new' });
    const invited = await storedUser(store, { passwordHash: null });
    assert.equal(await store.users.replacePasswordHash(invited.id, '', 'new'), false);
    assert.equal(await store.users.replacePasswordHash(anId(), 'old', 'new'), false);
  });

  test('of concurrent replacements of one password hash, one wins', async (store) => {
    const { id } = await storedUser(store, { passwordHash: 'old' });
    const won = await atOnce(40, async (n) => store.users.replacePasswordHash(id, 'old', `new ${n}`));
    assert.equal(count(won, true), 1);
    assert.equal((await store.users.find(id))?.passwordHash, `new ${won.indexOf(true)}`);
  });
}
