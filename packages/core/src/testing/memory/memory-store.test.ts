import { describe, expect, it } from 'vitest';
import { anEvent, aSession, aUser } from '../builders.js';
import { describeStoreContract } from '../contract/describe-store-contract.js';
import { createMemoryStore } from './memory-store.js';

describeStoreContract('the store in memory', async () => createMemoryStore(), { describe, it });

describe('the store in memory', () => {
  it('reports a transaction that would wait for itself', async () => {
    const store = createMemoryStore();
    const work = store.transaction(async () => store.users.find(aUser().id));
    await expect(work).rejects.toThrow('use the methods of `tx` only');
  });

  it('reports that also within a transaction of another store, which stays usable', async () => {
    const [store, other] = [createMemoryStore(), createMemoryStore()];
    const { id } = aUser();
    const work = store.transaction(async () => {
      expect(await other.users.find(id)).toBeNull();
      await other.transaction(async () => store.users.find(id));
    });
    await expect(work).rejects.toThrow('use the methods of `tx` only');
  });

  it('can be copied with every row, and the copy changes independently', async () => {
    const store = createMemoryStore();
    const user = aUser();
    await store.users.insert(user);
    await store.sessions.insert(aSession({ userId: user.id }));
    await store.counters.take({ hitId: '1', key: 'a', limits: [], now: 1 });
    await store.events.append(anEvent({ userId: user.id }));
    const copy = store.copy();
    expect(copy.dump()).toEqual(store.dump());
    await copy.users.remove(user.id, 'admin');
    expect(await store.users.find(user.id)).toEqual(user);
    expect(await store.users.findByEmail(user.email)).toEqual(user);
  });

  it('reports the use of a transaction after its end', async () => {
    const store = createMemoryStore();
    const tx = await store.transaction(async (methods) => methods);
    await expect(tx.users.find(aUser().id)).rejects.toThrow('an `await` is missing');
  });
});
