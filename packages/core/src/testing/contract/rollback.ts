import assert from 'node:assert/strict';
import { aBackupCode, aDevice, aFactor, aMessage, anEvent, aOneTimeToken, aSession, aUser, BUILT_AT } from '../builders.js';
import {
  anId,
  storedDevice,
  storedFactor,
  storedMessage,
  storedSession,
  storedToken,
  storedUser,
  type Test,
} from './section.js';

const NOW = BUILT_AT + 1000;
const ROTATION = { now: NOW, idleExpiresAt: NOW + 5000 };
const STEP = { now: NOW, idleExpiresAt: NOW + 5000, proof: { amr: ['otp'], aal: 2 } } as const;

export function rollbackContract(test: Test): void {
  test('a transaction that throws changes nothing, and throws the same error', async (store) => {
    const [user, removed] = [await storedUser(store), await storedUser(store)];
    const session = await storedSession(store, { userId: user.id });
    const gone = await storedSession(store, { userId: removed.id });
    const device = await storedDevice(store, { userId: user.id });
    const event = anEvent({ userId: user.id });
    await store.events.append(event);
    const newcomer = aUser();
    const failure = new Error('enough');

    const work = store.transaction(async (tx) => {
      await tx.users.insert(newcomer);
      await tx.users.update(user.id, { name: 'X', username: newcomer.id.toLowerCase() }, { at: NOW, keepLastOf: 'admin' });
      await tx.users.recordLogin(user.id, user, NOW);
      await tx.users.replacePasswordHash(user.id, user.passwordHash ?? '', 'new');
      await tx.users.verifyEmail(user.id, user.email, NOW);
      await tx.users.setPassword(user.id, { hash: 'newer', at: NOW });
      await tx.users.changeEmail(user.id, { email: `new.${user.email}`, at: NOW, securityVersion: 2 });
      await tx.users.setPhone(user.id, '+41791234567', NOW);
      await tx.users.setTwoFactor(user.id, NOW);
      await tx.users.remove(removed.id, 'admin');
      await tx.sessions.insert(aSession({ userId: newcomer.id }));
      await tx.sessions.rotate(session.id, 0, ROTATION);
      await tx.sessions.reauthenticate(session.id, { at: NOW, amr: ['otp'], aal: 2 });
      await tx.sessions.rotate(session.id, 1, STEP);
      await tx.sessions.revokeAll(user.id, NOW, 'logout-all');
      await tx.devices.trust(device.id, NOW);
      await tx.devices.insert(aDevice({ userId: user.id, lastSeenAt: NOW }), 1);
      await tx.events.requestAnonymization({ userId: user.id, requestedAt: NOW });
      await tx.events.anonymize({ userId: user.id, role: 'subject', afterId: '', limit: 10 });
      await tx.events.append(anEvent({ userId: user.id }));
      throw failure;
    });
    await assert.rejects(work, (error) => error === failure);

    assert.equal(await store.users.find(newcomer.id), null);
    assert.equal(await store.users.findByUsername(newcomer.id.toLowerCase()), null);
    assert.equal(await store.users.findByEmail(`new.${user.email}`), null);
    assert.deepEqual(await store.users.findByEmail(user.email), user);
    assert.deepEqual(await store.users.find(removed.id), removed);
    assert.deepEqual(await store.sessions.findWithUser(session.id), { session, user });
    assert.deepEqual(await store.sessions.find(gone.id), gone);
    assert.deepEqual(await store.devices.list(user.id), [device]);
    assert.deepEqual(await store.events.list(user.id, { limit: 10 }), [event]);
  });

  test('a transaction that throws while calls in it are pending changes nothing either', async (store) => {
    const user = await storedUser(store);
    const device = await storedDevice(store, { userId: user.id });
    const newcomer = aUser();
    const work = store.transaction(async (tx) =>
      Promise.all([
        tx.sessions.insert(aSession({ userId: anId() })),
        tx.users.insert(newcomer),
        tx.devices.insert(aDevice({ userId: user.id, lastSeenAt: NOW }), 1),
        tx.users.remove(user.id, 'admin'),
      ]),
    );
    await assert.rejects(work);
    assert.deepEqual(await store.users.find(user.id), user);
    assert.deepEqual(await store.devices.list(user.id), [device]);
    assert.deepEqual(await store.users.insert(newcomer), { kind: 'inserted' });
  });

  test('a transaction that throws changes no token, counter or message either', async (store) => {
    const { id: userId } = await storedUser(store);
    const token = await storedToken(store, { userId });
    // Due, and over, before all rows of other tests.
    const message = await storedMessage(store, { userId, nextAttemptAt: 1 });
    const added = aOneTimeToken({ userId });
    const key = `test:${anId()}`;

    const work = store.transaction(async (tx) => {
      await tx.oneTimeTokens.takeAttempt(token.id, 5, NOW);
      const sent = { hash: 'hash of a code', method: 'sms', sentAt: NOW, expiresAt: NOW + 1 } as const;
      await tx.oneTimeTokens.replaceCode(token.id, sent, NOW);
      await tx.oneTimeTokens.consume(token.id, NOW);
      await tx.oneTimeTokens.insert(added);
      await tx.oneTimeTokens.voidAll(userId, ['password-reset'], NOW);
      await tx.counters.take({ hitId: anId(), key, limits: [], now: NOW });
      await tx.outbox.lease({ now: 1, until: 2, limit: 1 });
      await tx.outbox.release({ id: message.id, leasedUntil: 2 }, { kind: 'sent', at: 1 });
      await tx.purge('outbox', 2, 10);
      await tx.outbox.insert(aMessage({ userId, nextAttemptAt: 1 }));
      throw new Error('enough');
    });
    await assert.rejects(work, /enough/);

    assert.deepEqual(await store.oneTimeTokens.find(token.id), token);
    assert.equal(await store.oneTimeTokens.find(added.id), null);
    assert.equal(await store.counters.count(key, 0), 0);
    const leased = await store.outbox.lease({ now: 1, until: 2, limit: 10 });
    assert.deepEqual(leased, [{ ...message, attempts: 1, leasedUntil: 2 }]);
    await store.users.remove(userId, 'admin');
  });
}

export function factorRollbackContract(test: Test): void {
  test('a transaction that throws changes no factor and no backup code', async (store) => {
    const { id: userId } = await storedUser(store);
    const factor = await storedFactor(store, { userId, confirmedAt: BUILT_AT, lastStep: 1 });
    const setUp = await storedFactor(store, { userId, method: 'sms' });
    const former = await storedFactor(store, { userId, method: 'email' });
    const code = aBackupCode({ userId });
    await store.backupCodes.replace(userId, [code]);
    const added = aFactor({ userId, method: 'email' });

    const work = store.transaction(async (tx) => {
      await tx.factors.advanceStep(factor.id, 2);
      await tx.factors.confirm(setUp.id, NOW, null);
      await tx.factors.begin(added);
      await tx.backupCodes.use(userId, [code.codeHash], NOW);
      await tx.backupCodes.replace(userId, [aBackupCode({ userId }), aBackupCode({ userId })]);
      await tx.factors.removeAll(userId);
      await tx.backupCodes.replace(userId, []);
      throw new Error('enough');
    });
    await assert.rejects(work, /enough/);

    for (const stored of [factor, setUp, former]) assert.deepEqual(await store.factors.find(stored.id), stored);
    assert.equal(await store.factors.find(added.id), null);
    assert.equal(await store.backupCodes.countUnused(userId), 1);
    assert.equal(await store.backupCodes.use(userId, [code.codeHash], NOW), true);
  });
}
