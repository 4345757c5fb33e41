import assert from 'node:assert/strict';
import { BUILT_AT } from '../builders.js';
import type { AuthStore } from '../../ports/store/store.js';
import { anId, atOnce, count, storedSession, storedUser, type Test } from './section.js';

/** A unique role, since the store may hold the users of earlier tests. */
const aRole = (): string => `role-${anId()}`;

/** The ways in which a role can lose its last active user. */
const LOSSES: Readonly<Record<string, (store: AuthStore, id: string, role: string) => Promise<string>>> = {
  remove: async (store, id, role) => store.users.remove(id, role),
  demote: async (store, id, role) => (await store.users.update(id, { role: 'user' }, { at: BUILT_AT, keepLastOf: role })).kind,
  disable: async (store, id, role) => (await store.users.update(id, { disabled: true }, { at: BUILT_AT, keepLastOf: role })).kind,
};

export function lastOfRoleContract(test: Test): void {
  test('the last active user of the kept role stays, with sessions', async (store) => {
    const role = aRole();
    const user = await storedUser(store, { role });
    const session = await storedSession(store, { userId: user.id });
    assert.equal(await store.users.remove(user.id, role), 'last-of-role');
    assert.deepEqual(await store.users.find(user.id), user);
    assert.deepEqual(await store.sessions.find(session.id), session);
  });

  test('a disabled user is not counted as remaining, and can be removed', async (store) => {
    const role = aRole();
    const enabled = await storedUser(store, { role });
    const disabled = await storedUser(store, { role, disabledAt: BUILT_AT });
    assert.equal(await store.users.remove(enabled.id, role), 'last-of-role');
    assert.equal(await store.users.remove(disabled.id, role), 'removed');
    assert.equal(await store.users.remove(enabled.id, role), 'last-of-role');
    const alone = aRole();
    const onlyOne = await storedUser(store, { role: alone, disabledAt: BUILT_AT });
    assert.equal(await store.users.remove(onlyOne.id, alone), 'removed');
  });

  test('an invited user is not counted as remaining, and can be removed', async (store) => {
    const role = aRole();
    const user = await storedUser(store, { role });
    const invited = await storedUser(store, { role, passwordHash: null });
    for (const lose of Object.values(LOSSES)) assert.equal(await lose(store, user.id, role), 'last-of-role');
    assert.equal(await store.users.remove(invited.id, role), 'removed');
    const invitedAdmin = await storedUser(store, { role, passwordHash: null });
    const options = { at: BUILT_AT, keepLastOf: role };
    assert.equal((await store.users.update(invitedAdmin.id, { role: 'user' }, options)).kind, 'updated');
    const chosen = await storedUser(store, { role, passwordHash: null });
    assert.equal(await store.users.setPassword(chosen.id, { hash: 'hash', at: BUILT_AT }), true);
    assert.equal(await store.users.remove(user.id, role), 'removed');
  });

  test('a user without a password who has logged in counts as remaining, and stays as the last one', async (store) => {
    const role = aRole();
    const invited = await storedUser(store, { role, passwordHash: null });
    const byPasskey = await storedUser(store, { role, passwordHash: null, lastLoginAt: BUILT_AT });
    for (const lose of Object.values(LOSSES)) assert.equal(await lose(store, byPasskey.id, role), 'last-of-role');
    assert.deepEqual(await store.users.find(byPasskey.id), byPasskey);
    // The first login of an invited user, by any method, makes them count as remaining.
    const { securityVersion, twoFactorEnabledAt } = invited;
    assert.equal(await store.users.recordLogin(invited.id, { securityVersion, twoFactorEnabledAt }, BUILT_AT), true);
    assert.equal(await store.users.remove(byPasskey.id, role), 'removed');
    for (const lose of Object.values(LOSSES)) assert.equal(await lose(store, invited.id, role), 'last-of-role');
    // The owner still counts after a claim of the account has removed the password.
    const claimed = await storedUser(store, { role, lastLoginAt: BUILT_AT });
    assert.equal(await store.users.setPassword(claimed.id, { hash: null, at: BUILT_AT }), true);
    assert.equal(await store.users.remove(invited.id, role), 'removed');
    assert.equal(await store.users.remove(claimed.id, role), 'last-of-role');
  });

  test('a user of another role, or one of several, can be removed', async (store) => {
    const role = aRole();
    const [first, second] = [await storedUser(store, { role }), await storedUser(store, { role })];
    assert.equal(await store.users.remove((await storedUser(store)).id, role), 'removed');
    assert.equal(await store.users.remove(first.id, role), 'removed');
    assert.equal(await store.users.remove(second.id, role), 'last-of-role');
  });

  test('of the last two of the kept role, removed concurrently, one stays', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const role = aRole();
      const pair = [await storedUser(store, { role }), await storedUser(store, { role })];
      const outcomes = await Promise.all(pair.map(async ({ id }) => store.users.remove(id, role)));
      assert.deepEqual(outcomes.toSorted(), ['last-of-role', 'removed']);
    }
  });

  test('of many of the kept role, removed concurrently, one stays', async (store) => {
    const role = aRole();
    const users = await atOnce(20, async () => storedUser(store, { role }));
    const outcomes = await Promise.all(users.map(async ({ id }) => store.users.remove(id, role)));
    assert.deepEqual([count(outcomes, 'removed'), count(outcomes, 'last-of-role')], [19, 1]);
  });

  test('the last active user of the kept role is neither demoted nor disabled, and the refused change changes nothing else', async (store) => {
    const role = aRole();
    const user = await storedUser(store, { role });
    await storedUser(store, { role, disabledAt: BUILT_AT });
    const options = { at: BUILT_AT + 1, keepLastOf: role };
    for (const loss of [{ role: 'user' }, { disabled: true }, { role: 'user', disabled: true, name: 'B' }]) {
      assert.deepEqual(await store.users.update(user.id, loss, options), { kind: 'last-of-role' });
      assert.deepEqual(await store.users.find(user.id), user);
    }
    const kept = await store.users.update(user.id, { role, disabled: false, name: 'B' }, options);
    assert.deepEqual(kept, { kind: 'updated', user: { ...user, name: 'B', updatedAt: BUILT_AT + 1 } });
  });

  test('users of another role, disabled ones, and one of several can be demoted and disabled', async (store) => {
    const role = aRole();
    const options = { at: BUILT_AT, keepLastOf: role };
    const first = await storedUser(store, { role });
    await storedUser(store, { role });
    const asleep = await storedUser(store, { role, disabledAt: BUILT_AT });
    const other = await storedUser(store);
    for (const { id } of [other, asleep, first]) {
      assert.equal((await store.users.update(id, { role: 'editor', disabled: true }, options)).kind, 'updated');
    }
  });

  for (const [one, lose] of Object.entries(LOSSES)) {
    for (const [two, loseToo] of Object.entries(LOSSES)) {
      test(`of the last two of the kept role, ${one} and ${two} at the same time, one stays`, async (store) => {
        for (let round = 0; round < 10; round += 1) {
          const role = aRole();
          // One of them has no password, and logs in another way.
          const other = { role, passwordHash: null, lastLoginAt: BUILT_AT };
          const [a, b] = [await storedUser(store, { role }), await storedUser(store, other)];
          const outcomes = await Promise.all([lose(store, a.id, role), loseToo(store, b.id, role)]);
          assert.equal(count(outcomes, 'last-of-role'), 1);
          const left = [await store.users.find(a.id), await store.users.find(b.id)];
          assert.equal(left.filter((user) => user?.role === role && user.disabledAt === null).length, 1);
        }
      });
    }
  }
}
