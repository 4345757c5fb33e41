import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { AuthError } from '../../errors.js';
import type { StoreMethods } from '../../ports/store/store.js';
import { aBackupCode, aFactor, aMessage, anEvent, aOneTimeToken, aSession, aUser } from '../builders.js';
import { anId, storedUser, type Test } from './section.js';

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

  test('G2: no error holds a value that was passed in', async (store) => {
    const canary = 'c4n4ry-v4lue';
    const { id: userId } = await storedUser(store);
    const nobody = anId();
    const session = aSession({ userId, refreshSalt: canary });
    const token = aOneTimeToken({ userId, secretHash: `${canary} ${userId}`, payload: { canary } });
    await store.sessions.insert(session);
    await store.oneTimeTokens.insert(token);
    const code = aBackupCode({ userId, codeHash: canary });
    const refused: readonly ((methods: StoreMethods) => Promise<unknown>)[] = [
      async ({ sessions }) => sessions.insert(session),
      async ({ sessions }) =>
        sessions.insert(aSession({ userId: nobody, refreshSalt: canary, ip: canary, amr: [canary] })),
      async ({ oneTimeTokens }) => oneTimeTokens.insert({ ...token, id: anId() }),
      async ({ factors }) => factors.begin(aFactor({ userId: nobody, sealedSecret: canary, destination: canary })),
      async ({ backupCodes }) => backupCodes.replace(userId, [code, code]),
      async ({ outbox }) => outbox.insert(aMessage({ userId: nobody, sealedMessage: canary })),
    ];
    for (const call of refused) {
      for (const attempt of [async () => call(store), async () => store.transaction(call)]) {
        await assert.rejects(attempt, (error) => !inspect(error, { depth: 10, showHidden: true }).includes(canary));
      }
    }
  });
}
