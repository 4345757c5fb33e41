import { describe, expect, it } from 'vitest';
import { aUser } from '../builders.js';
import { describeStoreContract } from '../contract/describe-store-contract.js';
import { createMemoryStore } from './memory-store.js';

describeStoreContract('the store in memory', async () => createMemoryStore(), { describe, it });

describe('the store in memory', () => {
  it('says so where a transaction would wait for itself', async () => {
    const store = createMemoryStore();
    const work = store.transaction(async () => store.users.find(aUser().id));
    await expect(work).rejects.toThrow('use the verbs of `tx` only');
  });

  it('says so where a transaction is used after its end', async () => {
    const store = createMemoryStore();
    const tx = await store.transaction(async (verbs) => verbs);
    await expect(tx.users.find(aUser().id)).rejects.toThrow('an `await` is missing');
  });
});
