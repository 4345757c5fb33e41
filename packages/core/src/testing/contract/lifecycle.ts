import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { AuthError } from '../../errors.js';
import type { AuthStore, StoreMethods } from '../../ports/store/store.js';
import { aBackupCode, aFactor, aMessage, anEvent, aOneTimeToken, aSession, aUser } from '../builders.js';
import { anId, storedUser, type Test } from './section.js';

type Call = (methods: StoreMethods) => Promise<unknown>;

const isUnavailable = (error: unknown): boolean => error instanceof AuthError && error.code === 'STORE_UNAVAILABLE';

export function lifecycleContract(test: Test): void {
  test('an open store answers a ping', async (store) => {
    await store.ping();
  });

  test('a store can be closed repeatedly, and does not answer afterwards', async (store) => {
    const user = await storedUser(store);
    await Promise.all([store.close(), store.close()]);
    await store.close();
    await assert.rejects(store.users.find(user.id), isUnavailable);
    await assert.rejects(store.users.insert(aUser()), isUnavailable);
    await assert.rejects(store.transaction(async (tx) => tx.users.find(user.id)), isUnavailable);
    await assert.rejects(store.ping(), isUnavailable);
  });

  test('closing waits for pending calls', async (store) => {
    const { id: userId } = await storedUser(store);
    let done = false;
    const work = store.transaction(async (tx) => {
      await tx.events.append(anEvent({ userId }));
      await sleep(5);
      await tx.events.append(anEvent({ userId }));
      done = true;
    });
    await store.close();
    assert.equal(done, true);
    await work;
  });

  test('G2: no error contains a value that was passed in', async (store) => {
    const canary = 'c4n4ry-v4lue';
    const { id: userId } = await storedUser(store);
    const nobody = anId();
    const session = aSession({ userId, refreshSalt: canary });
    const token = aOneTimeToken({ userId, secretHash: `${canary} ${userId}`, payload: { canary } });
    await store.sessions.insert(session);
    await store.oneTimeTokens.insert(token);
    const calls: readonly Call[] = [
      async ({ sessions }) => sessions.insert(session),
      async ({ sessions }) =>
        sessions.insert(aSession({ userId: nobody, refreshSalt: canary, ip: canary, amr: [canary] })),
      async ({ oneTimeTokens }) => oneTimeTokens.insert({ ...token, id: anId() }),
      async ({ outbox }) => outbox.insert(aMessage({ userId: nobody, sealedMessage: canary })),
    ];
    await assertSecrecy(store, { canary, calls });
  });
}

export function factorSecrecyContract(test: Test): void {
  test('G2: no error about a factor or a backup code holds a value that was passed in', async (store) => {
    const canary = 'c4n4ry-v4lue';
    const { id: userId } = await storedUser(store);
    const code = aBackupCode({ userId, codeHash: canary });
    const calls: readonly Call[] = [
      async ({ factors }) => factors.begin(aFactor({ userId: anId(), sealedSecret: canary, destination: canary })),
      async ({ backupCodes }) => backupCodes.replace(userId, [code, code]),
    ];
    await assertSecrecy(store, { canary, calls });
  });
}

/** Each call fails, inside and outside of a transaction, with an error that does not contain the canary. */
async function assertSecrecy(store: AuthStore, { canary, calls }: { readonly canary: string; readonly calls: readonly Call[] }): Promise<void> {
  for (const call of calls) {
    for (const attempt of [async () => call(store), async () => store.transaction(call)]) {
      await assert.rejects(attempt, (error) => !inspect(error, { depth: 10, showHidden: true }).includes(canary));
    }
  }
}
