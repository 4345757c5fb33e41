import assert from 'node:assert/strict';
import type { AuthStore } from '../../ports/store/store.js';
import type { UserFilter, UserRecord } from '../../ports/store/users.js';
import { nameFields } from '../../features/accounts/search-text.js';
import { aUser, BUILT_AT } from '../builders.js';
import { anId, ids, storedUser, type Test } from './section.js';

/** A unique role, since the store may hold the users of earlier tests. */
const aRole = (): string => `role-${anId()}`;

async function storedUsers(store: AuthStore, count: number, fields: Partial<UserRecord>): Promise<UserRecord[]> {
  const users = Array.from({ length: count }, () => aUser(fields));
  await store.transaction(async (tx) => {
    for (const user of users) await tx.users.insert(user);
  });
  return users;
}

/** All pages, from the first to the last. */
async function walk(store: AuthStore, filter: UserFilter, limit: number, between?: () => Promise<void>): Promise<UserRecord[]> {
  const walked: UserRecord[] = [];
  for (;;) {
    const page = await store.users.list({ filter, limit, beforeId: walked.at(-1)?.id });
    walked.push(...page);
    if (page.length < limit) return walked;
    await between?.();
  }
}

export function listingUsersContract(test: Test): void {
  test('users are listed newest first, page by page, each once', async (store) => {
    const role = aRole();
    const users = await storedUsers(store, 25, { role });
    const newestFirst = users.toReversed();
    for (const limit of [1, 5, 24, 25, 26]) assert.deepEqual(await walk(store, { role }, limit), newestFirst);
    assert.equal(await store.users.count({ role }), 25);
    const [first] = await store.users.list({ filter: {}, limit: 1, beforeId: users[9]?.id });
    assert.deepEqual(first, users[8]);
    assert.deepEqual(await store.users.list({ filter: { role }, limit: 5, beforeId: users[0]?.id }), []);
    assert.deepEqual(await store.users.list({ filter: { role: aRole() }, limit: 5 }), []);
    assert.equal(await store.users.count({ role: aRole() }), 0);
    assert.ok((await store.users.count({})) >= 25);
  });

  test('users are filtered by verified address and by past login', async (store) => {
    const role = aRole();
    const fresh = await storedUser(store, { role });
    const verified = await storedUser(store, { role, emailVerifiedAt: BUILT_AT });
    const used = await storedUser(store, { role, lastLoginAt: BUILT_AT });
    const both = await storedUser(store, { role, emailVerifiedAt: BUILT_AT, lastLoginAt: BUILT_AT });
    const wanted = [
      [{ role, emailVerified: true }, [both, verified]],
      [{ role, emailVerified: false }, [used, fresh]],
      [{ role, hasLoggedIn: true }, [both, used]],
      [{ role, emailVerified: false, hasLoggedIn: false }, [fresh]],
      [{ role, status: 'active', emailVerified: true, search: verified.email }, [verified]],
    ] as const;
    for (const [filter, users] of wanted) {
      assert.deepEqual(await store.users.list({ filter, limit: 10 }), users);
      assert.equal(await store.users.count(filter), users.length);
    }
  });

  test('users are filtered by role and status, separately and together', async (store) => {
    const role = aRole();
    const active = await storedUser(store, { role });
    const disabled = await storedUser(store, { role, disabledAt: BUILT_AT });
    const invited = await storedUser(store, { role, passwordHash: null });
    const both = await storedUser(store, { role, passwordHash: null, disabledAt: BUILT_AT });
    const byPasskey = await storedUser(store, { role, passwordHash: null, lastLoginAt: BUILT_AT });
    const gone = await storedUser(store, { role, passwordHash: null, lastLoginAt: BUILT_AT, disabledAt: BUILT_AT });
    const other = await storedUser(store, { disabledAt: BUILT_AT });
    const wanted = [
      [{ role }, [gone, byPasskey, both, invited, disabled, active]],
      [{ role, status: 'active' }, [byPasskey, active]],
      [{ role, status: 'disabled' }, [gone, both, disabled]],
      [{ role, status: 'invited' }, [invited]],
    ] as const;
    for (const [filter, users] of wanted) {
      assert.deepEqual(await store.users.list({ filter, limit: 10 }), users);
      assert.equal(await store.users.count(filter), users.length);
    }
    const newest = await store.users.list({ filter: { status: 'disabled' }, limit: 3 });
    assert.deepEqual(ids(newest), ids([other, gone, both]));
  });

  test('a search finds parts of email, username and name, in any case and script', async (store) => {
    const [role, key] = [aRole(), anId().toLowerCase()];
    const zoe = await storedUser(store, { role, name: 'Zoë Ångström', email: `z-${key}@example.com` });
    const odysseus = await storedUser(store, { role, name: 'ΟΔΥΣΣΕΥΣ Straße', username: `king-${key}` });
    await storedUser(store, { role, name: 'Nobody' });
    const searches: readonly (readonly [string, readonly UserRecord[]])[] = [
      [key, [odysseus, zoe]],
      [`z-${key}@ex`, [zoe]],
      [`g-${key}`, [odysseus]],
      ['zoë å', [zoe]],
      ['οδυσσευσ', [odysseus]],
      ['strasse', [odysseus]],
      // A match does not span the end of one field and the beginning of the next.
      [`example.com${key}`, []],
    ];
    for (const [search, users] of searches) {
      assert.deepEqual([search, await store.users.list({ filter: { role, search }, limit: 10 })], [search, users]);
      assert.equal(await store.users.count({ role, search }), users.length);
    }
    assert.equal((await store.users.list({ filter: { role, search: key, status: 'active' }, limit: 1 }))[0]?.id, odysseus.id);
  });

  test('a search term is taken literally: it has no wildcards', async (store) => {
    const role = aRole();
    const literal = await storedUser(store, { role, name: '100% _sure_ [a-z]* \\' });
    await storedUser(store, { role, name: '100 and more, surely' });
    for (const search of ['100%', '_sure_', '[a-z]*', '\\']) {
      assert.deepEqual(await store.users.list({ filter: { role, search }, limit: 10 }), [literal]);
    }
    for (const search of ['1%0', '_00', '.*', '%']) {
      assert.equal((await store.users.list({ filter: { role, search }, limit: 10 })).length, search === '%' ? 1 : 0);
    }
  });

  test('a search scans past many users who do not match, and uses their current names', async (store) => {
    const [role, key] = [aRole(), anId().toLowerCase()];
    const first = await storedUser(store, { role, name: `needle ${key}` });
    await storedUsers(store, 2_050, { role });
    const last = await storedUser(store, { role, name: `Needle ${key}` });
    const filter = { role, search: `needle ${key}` };
    assert.deepEqual(await store.users.list({ filter, limit: 2 }), [last, first]);
    assert.deepEqual(await walk(store, filter, 1), [last, first]);
    assert.equal(await store.users.count(filter), 2);
    assert.equal(await store.users.count({ role }), 2_052);
    await store.users.update(first.id, nameFields('Another'), { at: BUILT_AT, keepLastOf: 'admin' });
    const email = `${key}@example.net`;
    await store.users.changeEmail(last.id, { email, at: BUILT_AT, securityVersion: 1 });
    assert.deepEqual(ids(await store.users.list({ filter, limit: 2 })), [last.id]);
    assert.deepEqual(ids(await store.users.list({ filter: { search: email }, limit: 2 })), [last.id]);
    await store.users.update(last.id, { email: `x${email}` }, { at: BUILT_AT, keepLastOf: 'admin' });
    assert.equal(await store.users.count({ search: `x${email}` }), 1);
  });

  test('a user who exists throughout is on exactly one page, however many are added and removed meanwhile', async (store) => {
    const role = aRole();
    const staying = await storedUsers(store, 60, { role });
    const going = staying.filter((_, n) => n % 3 === 0);
    const kept = staying.filter((_, n) => n % 3 !== 0);
    const walked = await walk(store, { role }, 7, async () => {
      await storedUser(store, { role });
      for (const { id } of going.splice(-3)) await store.users.remove(id, 'admin');
    });
    const seen = ids(walked);
    assert.equal(new Set(seen).size, seen.length);
    assert.deepEqual(seen.filter((id) => kept.some((user) => user.id === id)), ids(kept).toReversed());
  });
}
