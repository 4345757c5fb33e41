import assert from 'node:assert/strict';
import { nameFields } from '../../features/accounts/search-text.js';
import type { UserChanges, UserRecord } from '../../ports/store/users.js';
import { BUILT_AT } from '../builders.js';
import { anId, atOnce, storedUser, type Test } from './section.js';

const LATER = BUILT_AT + 1000;
const OPTIONS = { at: LATER, keepLastOf: 'admin' };
/** Everything that JSON allows, and characters that are special in SQL. */
const PROFILE = { company: 'O\'Neill & "Söhne" \n 🦦', age: 36.5, tags: ['a', null, true], address: { city: '' } };
const [ADA, KING] = [nameFields('Ada'), nameFields('Ada King')];
const USERNAME_TAKEN = { kind: 'taken', field: 'username' };
const EMAIL_TAKEN = { kind: 'taken', field: 'email' };

export function updatingUsersContract(test: Test): void {
  test('only the given fields and updatedAt of a user change', async (store) => {
    const user = await storedUser(store, { emailVerifiedAt: BUILT_AT });
    const username = user.id.toLowerCase();
    const steps: readonly (readonly [UserChanges, Partial<UserRecord>])[] = [
      [KING, KING],
      [{ username }, { ...KING, username }],
      [{ ...ADA, username }, { ...ADA, username }],
      [{}, { ...ADA, username }],
      [{ profile: PROFILE }, { ...ADA, username, profile: PROFILE }],
      [KING, { ...KING, username, profile: PROFILE }],
      [{ profile: {} }, { ...KING, username, profile: {} }],
      // Setting a field to its present value does not count as a change.
      [{ email: user.email, role: user.role, disabled: false }, { ...KING, username, profile: {} }],
    ];
    for (const [n, [changes, expected]] of steps.entries()) {
      const updated = { ...user, ...expected, updatedAt: LATER + n };
      const outcome = await store.users.update(user.id, changes, { at: LATER + n, keepLastOf: 'admin' });
      assert.deepEqual(outcome, { kind: 'updated', user: updated });
      assert.deepEqual(await store.users.find(user.id), updated);
    }
    assert.deepEqual(await store.users.update(anId(), { name: 'X' }, OPTIONS), { kind: 'missing' });
  });

  test('a change of email, role or disabled increases the security version once', async (store) => {
    const user = await storedUser(store, { emailVerifiedAt: BUILT_AT });
    const email = `${anId().toLowerCase()}@example.org`;
    const moved = { ...user, email, emailVerifiedAt: null, updatedAt: LATER, securityVersion: 2 };
    assert.deepEqual(await store.users.update(user.id, { email }, OPTIONS), { kind: 'updated', user: moved });
    assert.deepEqual(await store.users.findByEmail(email), moved);
    const editor = { ...moved, role: 'editor', securityVersion: 3 };
    assert.deepEqual(await store.users.update(user.id, { role: 'editor' }, OPTIONS), { kind: 'updated', user: editor });
    const disabled = { ...editor, disabledAt: LATER, securityVersion: 4 };
    assert.deepEqual(await store.users.update(user.id, { disabled: true }, OPTIONS), { kind: 'updated', user: disabled });
    const again = { ...disabled, updatedAt: LATER + 1 };
    const muchLater = { ...OPTIONS, at: LATER + 1 };
    assert.deepEqual(await store.users.update(user.id, { disabled: true }, muchLater), { kind: 'updated', user: again });
    const all = { email: user.email, role: 'user', disabled: false, name: 'B', username: user.id.toLowerCase() };
    const { disabled: _, ...fields } = all;
    const back = { ...disabled, ...fields, disabledAt: null, securityVersion: 5 };
    assert.deepEqual(await store.users.update(user.id, all, OPTIONS), { kind: 'updated', user: back });
  });

  test('a taken username or email refuses the whole change', async (store) => {
    const ada = await storedUser(store, { username: anId().toLowerCase() });
    const eve = await storedUser(store);
    const name = { name: 'Eve', role: 'editor', disabled: true };
    const [username, email] = [ada.username ?? '', ada.email];
    assert.deepEqual(await store.users.update(eve.id, { ...name, username }, OPTIONS), USERNAME_TAKEN);
    assert.deepEqual(await store.users.update(eve.id, { ...name, email }, OPTIONS), EMAIL_TAKEN);
    assert.deepEqual(await store.users.update(eve.id, { ...name, email, username }, OPTIONS), EMAIL_TAKEN);
    assert.deepEqual(await store.users.find(eve.id), eve);
  });

  test('of users who take one username or email concurrently, one gets it', async (store) => {
    const username = anId().toLowerCase();
    for (const changes of [{ username }, { email: `${username}@example.org` }]) {
      const users = await atOnce(20, async () => storedUser(store));
      const outcomes = await Promise.all(users.map(async ({ id }) => store.users.update(id, changes, OPTIONS)));
      assert.equal(outcomes.filter(({ kind }) => kind === 'updated').length, 1);
      assert.equal(outcomes.filter(({ kind }) => kind === 'taken').length, 19);
    }
  });

  test('concurrent changes of role increase the security version once for each actual change', async (store) => {
    const user = await storedUser(store, { role: 'user' });
    const { id } = user;
    await atOnce(10, async () => store.users.update(id, { role: 'editor' }, OPTIONS));
    assert.equal((await store.users.find(id))?.securityVersion, 2);
    assert.equal(await store.users.recordLogin(id, user, LATER), false);
  });
}
