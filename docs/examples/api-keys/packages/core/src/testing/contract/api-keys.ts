import assert from 'node:assert/strict';
import type { ApiKeyRecord } from '../../ports/store/api-keys.js';
import { BUILT_AT } from '../builders.js';
import { anId, atOnce, count, storedUser, type Test } from './section.js';

const anApiKey = (userId: string): ApiKeyRecord => ({ id: anId(), userId, name: 'a program', keyHash: anId(), createdAt: BUILT_AT });

export function apiKeysContract(test: Test): void {
  test('API keys are returned as stored, newest first, and are removed with their user', async (store) => {
    const { id: userId } = await storedUser(store);
    const [older, newer] = [anApiKey(userId), anApiKey(userId)];
    for (const key of [older, newer]) assert.equal(await store.apiKeys.insert(key, 10), true);
    assert.deepEqual(await store.apiKeys.list(userId), [newer, older]);
    await store.users.remove(userId, 'admin');
    assert.deepEqual(await store.apiKeys.list(userId), []);
  });

  test('of API keys inserted concurrently, as many are stored as there is room for', async (store) => {
    const { id: userId } = await storedUser(store);
    const outcomes = await atOnce(20, async () => store.apiKeys.insert(anApiKey(userId), 3));
    assert.equal(count(outcomes, true), 3);
    assert.equal((await store.apiKeys.list(userId)).length, 3);
  });
}
