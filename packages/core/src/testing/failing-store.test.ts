import { describe, expect, it } from 'vitest';
import { anEvent, aUser } from './builders.js';
import { describeStoreContract } from './contract/describe-store-contract.js';
import { failingStore } from './failing-store.js';
import { createMemoryStore } from './memory/memory-store.js';

describeStoreContract('a store that does not fail yet', async () => failingStore(createMemoryStore(), Infinity), {
  describe,
  it,
});

describe('a failing store', () => {
  const user = aUser();
  const flow = async (store: ReturnType<typeof failingStore>) => {
    await store.users.findByEmail(user.email);
    await store.transaction(async (tx) => {
      await tx.users.insert(user);
      await tx.events.append(anEvent({ userId: user.id }));
    });
  };

  it('counts method calls, also in transactions, and their begin and commit', async () => {
    const store = failingStore(createMemoryStore(), Infinity);
    await flow(store);
    expect(store.calls).toBe(5);
  });

  it.each([1, 2, 3, 4, 5])('fails at call %i without partial changes', async (failAt) => {
    const store = failingStore(createMemoryStore(), failAt);
    await expect(flow(store)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(store.calls).toBe(failAt);
    expect(await store.users.find(user.id)).toBeNull();
    expect(await store.events.list(user.id, { limit: 10 })).toEqual([]);
  });
});
