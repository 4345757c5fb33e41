import assert from 'node:assert/strict';
import { BUILT_AT } from '../builders.js';
import { anId, atOnce, count, storedSession, storedUser, type Test } from './section.js';

/** A role that nobody else has: the store may hold what other tests left. */
const aRole = (): string => `role-${anId()}`;

export function lastOfRoleContract(test: Test): void {
  test('the last enabled user of the kept role stays, sessions and all', async (store) => {
    const role = aRole();
    const user = await storedUser(store, { role });
    const session = await storedSession(store, { userId: user.id });
    assert.equal(await store.users.remove(user.id, role), 'last-of-role');
    assert.deepEqual(await store.users.find(user.id), user);
    assert.deepEqual(await store.sessions.find(session.id), session);
  });

  test('a disabled user does not count as one who is left, and may go', async (store) => {
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

  test('a user of another role, or one of several, may go', async (store) => {
    const role = aRole();
    const [first, second] = [await storedUser(store, { role }), await storedUser(store, { role })];
    assert.equal(await store.users.remove((await storedUser(store)).id, role), 'removed');
    assert.equal(await store.users.remove(first.id, role), 'removed');
    assert.equal(await store.users.remove(second.id, role), 'last-of-role');
  });

  test('of the last two of the kept role, removed at the same time, one goes', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const role = aRole();
      const pair = [await storedUser(store, { role }), await storedUser(store, { role })];
      const outcomes = await Promise.all(pair.map(async ({ id }) => store.users.remove(id, role)));
      assert.deepEqual(outcomes.toSorted(), ['last-of-role', 'removed']);
    }
  });

  test('of many of the kept role, removed at the same time, all but one go', async (store) => {
    const role = aRole();
    const users = await atOnce(20, async () => storedUser(store, { role }));
    const outcomes = await Promise.all(users.map(async ({ id }) => store.users.remove(id, role)));
    assert.deepEqual([count(outcomes, 'removed'), count(outcomes, 'last-of-role')], [19, 1]);
  });
}
