import assert from 'node:assert/strict';
import { aUser } from '../builders.js';
import { anId, storedUser, type Test } from './section.js';

const EMAIL_TAKEN = { kind: 'taken', field: 'email' };
const USERNAME_TAKEN = { kind: 'taken', field: 'username' };

export function uniqueUsersContract(test: Test): void {
  test('email and username are unique; if both are taken, the outcome names the email', async (store) => {
    const first = aUser();
    const ada = await storedUser(store, { username: `ada.${first.id.toLowerCase()}` });
    const sameEmail = aUser({ email: ada.email });
    const sameName = aUser({ username: ada.username });
    assert.deepEqual(await store.users.insert(sameEmail), EMAIL_TAKEN);
    assert.deepEqual(await store.users.insert(sameName), USERNAME_TAKEN);
    assert.deepEqual(await store.users.insert(aUser({ email: ada.email, username: ada.username })), EMAIL_TAKEN);
    assert.equal(await store.users.find(sameEmail.id), null);
    assert.equal(await store.users.find(sameName.id), null);
    assert.deepEqual(await store.users.find(ada.id), ada);
  });

  test('of concurrent users with one email, one is inserted', async (store) => {
    const { email } = aUser();
    const users = Array.from({ length: 40 }, () => aUser({ email }));
    const outcomes = await Promise.all(users.map(async (user) => store.users.insert(user)));
    const winners = users.filter((_, n) => outcomes[n]?.kind === 'inserted');
    assert.equal(winners.length, 1);
    assert.deepEqual(await store.users.findByEmail(email), winners[0]);
    assert.deepEqual(outcomes.find(({ kind }) => kind === 'taken'), EMAIL_TAKEN);
  });

  test('of concurrent users with one username, one is inserted', async (store) => {
    const username = anId().toLowerCase();
    const users = Array.from({ length: 40 }, () => aUser({ username }));
    const outcomes = await Promise.all(users.map(async (user) => store.users.insert(user)));
    assert.equal(outcomes.filter(({ kind }) => kind === 'inserted').length, 1);
    assert.deepEqual(outcomes.find(({ kind }) => kind === 'taken'), USERNAME_TAKEN);
  });
}
