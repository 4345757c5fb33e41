import assert from 'node:assert/strict';
import { aSession, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, storedUser, type Test } from './section.js';

const NOW = BUILT_AT + 1000;
const EMAIL_TAKEN = { kind: 'taken', field: 'email' };
const MISSING = { kind: 'missing' };

const anEmail = (): string => `${anId().toLowerCase()}@example.org`;

export function changingUsersContract(test: Test): void {
  test('a new password increases the security version and changes nothing else', async (store) => {
    const user = await storedUser(store, { securityVersion: 3 });
    const changed = { ...user, passwordHash: 'new', passwordChangedAt: NOW, securityVersion: 4 };
    assert.equal(await store.users.setPassword(user.id, { hash: 'new', at: NOW }), true);
    assert.deepEqual(await store.users.find(user.id), changed);
    assert.equal(await store.users.setPassword(user.id, { hash: 'newer', at: NOW, securityVersion: 3 }), false);
    assert.deepEqual(await store.users.find(user.id), changed);
    assert.equal(await store.users.setPassword(user.id, { hash: 'newer', at: NOW, securityVersion: 4 }), true);
    assert.deepEqual(await store.users.find(user.id), { ...changed, passwordHash: 'newer', securityVersion: 5 });
    assert.equal(await store.users.setPassword(user.id, { hash: null, at: NOW }), true);
    assert.deepEqual(await store.users.find(user.id), { ...changed, passwordHash: null, passwordChangedAt: null, securityVersion: 6 });
    assert.equal(await store.users.setPassword(anId(), { hash: 'new', at: NOW }), false);
    const invited = await storedUser(store, { passwordHash: null, passwordChangedAt: null, securityVersion: 0 });
    assert.equal(await store.users.setPassword(invited.id, { hash: 'first', at: NOW, securityVersion: 0 }), true);
    assert.equal((await store.users.find(invited.id))?.passwordHash, 'first');
  });

  test('of concurrent new passwords at one security version, one wins', async (store) => {
    const { id } = await storedUser(store);
    const won = await atOnce(40, async (n) =>
      store.users.setPassword(id, { hash: `hash ${n}`, at: NOW, securityVersion: 1 }),
    );
    assert.equal(count(won, true), 1);
    const user = await store.users.find(id);
    assert.deepEqual([user?.passwordHash, user?.securityVersion], [`hash ${won.indexOf(true)}`, 2]);
  });

  test('concurrent new passwords without an expected security version increase it once each', async (store) => {
    const { id } = await storedUser(store);
    await atOnce(30, async (n) => store.users.setPassword(id, { hash: `hash ${n}`, at: NOW }));
    assert.equal((await store.users.find(id))?.securityVersion, 31);
  });

  test('P4: a rehash of the old password never overwrites a concurrent new password', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await storedUser(store, { passwordHash: 'old' });
      await Promise.all([
        store.users.replacePasswordHash(id, 'old', 'old, hashed again'),
        store.users.setPassword(id, { hash: 'new', at: NOW }),
        store.users.replacePasswordHash(id, 'old', 'old, hashed again'),
      ]);
      assert.equal((await store.users.find(id))?.passwordHash, 'new');
    }
  });

  test('a login that began before a password change is not recorded after it', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const user = await storedUser(store);
      const { id } = user;
      const [loggedIn] = await Promise.all([
        store.users.recordLogin(id, user, NOW),
        store.users.setPassword(id, { hash: 'new', at: NOW }),
      ]);
      assert.equal((await store.users.find(id))?.lastLoginAt, loggedIn ? NOW : null);
      assert.equal(await store.users.recordLogin(id, user, NOW + 1), false);
    }
  });

  test('a login that began before two-factor was turned on is not recorded after it', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const user = await storedUser(store);
      const { id } = user;
      const [loggedIn] = await Promise.all([store.users.recordLogin(id, user, NOW), store.users.setTwoFactor(id, NOW)]);
      assert.equal((await store.users.find(id))?.lastLoginAt, loggedIn ? NOW : null);
      assert.equal(await store.users.recordLogin(id, user, NOW + 1), false);
    }
  });

  test('L4, M7: a login concurrent with turning on two-factor leaves no session without the factor', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const user = await storedUser(store);
      const { id } = user;
      const logIn = async (): Promise<void> =>
        store.transaction(async (tx) => {
          if (await tx.users.recordLogin(id, user, NOW)) await tx.sessions.insert(aSession({ userId: id, createdAt: NOW, idleExpiresAt: NOW + 9_000, expiresAt: NOW + 9_000 }));
        });
      const turnOn = async (): Promise<void> =>
        store.transaction(async (tx) => {
          await tx.users.setTwoFactor(id, NOW);
          await tx.sessions.revokeAll(id, NOW, 'two-factor-enabled');
        });
      await Promise.all([logIn(), logIn(), turnOn(), logIn(), logIn()]);
      assert.deepEqual(await store.sessions.list(id, { liveAt: NOW }), []);
    }
  });

  test('an address is verified only if it is the user’s; the time of the first verification stays', async (store) => {
    const user = await storedUser(store);
    assert.equal(await store.users.verifyEmail(user.id, anEmail(), NOW), false);
    assert.deepEqual(await store.users.find(user.id), user);
    assert.equal(await store.users.verifyEmail(user.id, user.email, NOW), true);
    assert.equal(await store.users.verifyEmail(user.id, user.email, NOW + 1), true);
    assert.deepEqual(await store.users.find(user.id), { ...user, emailVerifiedAt: NOW });
    assert.equal(await store.users.verifyEmail(anId(), user.email, NOW), false);
  });

  test('a new address is stored as verified, increases the security version, and changes nothing else', async (store) => {
    const [user, other, email] = [await storedUser(store), await storedUser(store), anEmail()];
    const change = { email, at: NOW, securityVersion: 1 };
    assert.deepEqual(await store.users.changeEmail(user.id, { ...change, email: other.email }), EMAIL_TAKEN);
    assert.deepEqual(await store.users.changeEmail(user.id, { ...change, securityVersion: 2 }), MISSING);
    const takenAddress = { ...change, email: other.email, securityVersion: 0 };
    assert.deepEqual(await store.users.changeEmail(user.id, takenAddress), MISSING);
    assert.deepEqual(await store.users.changeEmail(anId(), change), MISSING);
    assert.deepEqual(await store.users.find(user.id), user);
    const changed = { ...user, email, emailVerifiedAt: NOW, securityVersion: 2, updatedAt: NOW };
    assert.deepEqual(await store.users.changeEmail(user.id, change), { kind: 'updated', user: changed });
    assert.deepEqual(await store.users.findByEmail(email), changed);
    assert.equal(await store.users.findByEmail(user.email), null);
    assert.deepEqual(await store.users.changeEmail(user.id, change), MISSING);
    assert.equal((await store.users.changeEmail(user.id, { ...change, securityVersion: 2 })).kind, 'updated');
  });

  test('of users who take one address concurrently, one gets it', async (store) => {
    const users = await atOnce(20, async () => storedUser(store));
    const change = { email: anEmail(), at: NOW, securityVersion: 1 };
    const outcomes = await Promise.all(users.map(async ({ id }) => store.users.changeEmail(id, change)));
    assert.equal(outcomes.filter(({ kind }) => kind === 'updated').length, 1);
    assert.equal(outcomes.filter(({ kind }) => kind === 'taken').length, 19);
  });

  test('of a concurrent new password and new address at one security version, one wins', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await storedUser(store);
      const [set, changed] = await Promise.all([
        store.users.setPassword(id, { hash: 'new', at: NOW, securityVersion: 1 }),
        store.users.changeEmail(id, { email: anEmail(), at: NOW, securityVersion: 1 }),
      ]);
      assert.deepEqual(changed.kind === 'updated', !set);
      assert.equal((await store.users.find(id))?.securityVersion, 2);
    }
  });

  test('a phone number is set and removed, and nothing else changes', async (store) => {
    const user = await storedUser(store);
    const phone = '+41791234567';
    await store.users.setPhone(user.id, phone, NOW);
    assert.deepEqual(await store.users.find(user.id), { ...user, phone, phoneVerifiedAt: NOW, updatedAt: NOW });
    await store.users.setPhone(user.id, null, NOW + 1);
    assert.deepEqual(await store.users.find(user.id), { ...user, updatedAt: NOW + 1 });
    await store.users.setPhone(anId(), phone, NOW);
  });

  test('two-factor is turned on and off once each, and nothing else changes', async (store) => {
    const user = await storedUser(store);
    assert.equal(await store.users.setTwoFactor(user.id, null), false);
    assert.equal(await store.users.setTwoFactor(user.id, NOW), true);
    assert.equal(await store.users.setTwoFactor(user.id, NOW + 1), false);
    assert.deepEqual(await store.users.find(user.id), { ...user, twoFactorEnabledAt: NOW });
    assert.equal(count(await atOnce(20, async () => store.users.setTwoFactor(user.id, null)), true), 1);
    assert.deepEqual(await store.users.find(user.id), user);
    const won = await atOnce(20, async (n) => store.users.setTwoFactor(user.id, NOW + n));
    assert.equal(count(won, true), 1);
    assert.equal((await store.users.find(user.id))?.twoFactorEnabledAt, NOW + won.indexOf(true));
    assert.equal(await store.users.setTwoFactor(anId(), NOW), false);
  });
}
