import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { anEvent, aSession, aUser, BUILT_AT } from '../builders.js';
import { atOnce, gate, storedSession, storedUser, type Test } from './section.js';

const NOW = BUILT_AT + 1000;
const ROTATION = { now: NOW, idleExpiresAt: NOW + 5000 };

export function transactionsContract(test: Test): void {
  test('a transaction sees its own changes, and returns what its work returns', async (store) => {
    const user = aUser();
    const session = aSession({ userId: user.id });
    const found = await store.transaction(async (tx) => {
      await tx.users.insert(user);
      await tx.sessions.insert(session);
      assert.equal(await tx.sessions.revoke(session.id, NOW, 'logout'), true);
      assert.equal(await tx.sessions.rotate(session.id, 0, ROTATION), false);
      return tx.sessions.findWithUser(session.id);
    });
    assert.deepEqual(found, { session: { ...session, revokedAt: NOW, revokeReason: 'logout' }, user });
    assert.deepEqual(await store.sessions.findWithUser(session.id), found);
  });

  test('the methods of a transaction can be copied to another object, one aggregate or all', async (store) => {
    const user = aUser();
    await store.transaction(async (tx) => {
      const { users, outbox, ...rest } = { ...tx };
      assert.deepEqual(await users.insert(user), { kind: 'inserted' });
      await outbox.nextDue();
      // A store may lack rate limits.
      assert.deepEqual(Object.keys(rest).toSorted().filter((name) => name !== 'rateLimits'), [
        'attempts',
        'backupCodes',
        'counters',
        'devices',
        'events',
        'factors',
        'identities',
        'oneTimeTokens',
        'passkeys',
        'purge',
        'sessions',
      ]);
    });
    assert.deepEqual(await store.users.find(user.id), user);
  });

  test('a taken email leaves the transaction usable', async (store) => {
    const ada = await storedUser(store);
    const eve = aUser();
    const outcome = await store.transaction(async (tx) => {
      const taken = await tx.users.insert(aUser({ email: ada.email }));
      await tx.users.insert(eve);
      await tx.events.append(anEvent({ userId: eve.id }));
      return taken;
    });
    assert.deepEqual(outcome, { kind: 'taken', field: 'email' });
    assert.deepEqual(await store.users.find(eve.id), eve);
    assert.equal((await store.events.list(eve.id, { limit: 10 })).length, 1);
  });

  test('uncommitted changes are not visible outside of the transaction', async (store) => {
    const user = aUser();
    const [inside, leave] = [gate(), gate()];
    const work = store.transaction(async (tx) => {
      await tx.users.insert(user);
      inside.open();
      await leave.opened;
      throw new Error('enough');
    });
    await inside.opened;
    // Started outside of the transaction and not awaited, because a store may let it wait for the transaction.
    const reads = atOnce(5, async () => store.users.find(user.id));
    await sleep(5);
    leave.open();
    await assert.rejects(work);
    assert.deepEqual(await reads, [null, null, null, null, null]);
  });

  test('the changes of a transaction become visible at once', async (store) => {
    const [first, second] = [aUser(), aUser()];
    const work = store.transaction(async (tx) => {
      await tx.users.insert(first);
      await sleep(2);
      await tx.users.insert(second);
    });
    for (let seen = false; !seen; ) {
      seen = (await store.users.find(first.id)) !== null;
      if (seen) assert.deepEqual(await store.users.find(second.id), second);
      await sleep(0);
    }
    await work;
  });

  test('a read sees every change acknowledged before it began', async (store) => {
    const user = await storedUser(store);
    const { id } = user;
    for (let at = NOW; at < NOW + 50; at += 1) {
      await store.users.recordLogin(id, user, at);
      assert.equal((await store.users.find(id))?.lastLoginAt, at);
      await store.transaction(async (tx) => tx.users.recordLogin(id, user, -at));
      assert.equal((await store.users.find(id))?.lastLoginAt, -at);
    }
  });

  test('transactions that read and then write behave as if they ran one after the other', async (store) => {
    const { id } = await storedSession(store);
    const won = await atOnce(30, async (n) =>
      store.transaction(async (tx) => {
        const counter = (await tx.sessions.find(id))?.refreshCounter ?? -1;
        if (n % 3 === 0) await sleep(1);
        return tx.sessions.rotate(id, counter, ROTATION);
      }),
    );
    assert.ok(won.every(Boolean));
    assert.equal((await store.sessions.find(id))?.refreshCounter, 30);
  });

  test('failed transactions do not affect concurrent ones', async (store) => {
    const { id: userId } = await storedUser(store);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, async (_, n) =>
        store.transaction(async (tx) => {
          await tx.events.append(anEvent({ userId }));
          if (n % 2 === 1) throw new Error('enough');
        }),
      ),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 20);
    assert.equal((await store.events.list(userId, { limit: 100 })).length, 20);
  });
}
