import assert from 'node:assert/strict';
import type { OneTimeTokenRecord, OneTimeTokenStore } from '../../ports/store/one-time-tokens.js';
import { aOneTimeToken, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, storedToken, storedUser, sum, type Test } from './section.js';

const NOW = BUILT_AT + 1000;
const EARLY = 1_000_000;
/** Both ways in which a token is not live at `NOW`. It expires at the very millisecond. */
const OVER: readonly Partial<OneTimeTokenRecord>[] = [{ expiresAt: NOW }, { consumedAt: BUILT_AT }];

export function oneTimeTokensContract(test: Test): void {
  test('tokens are read as they were stored', async (store) => {
    const bare = await storedToken(store, { secretHash: null });
    const full = await storedToken(store, {
      purpose: 'factor-setup',
      subjectId: anId(),
      code: { hash: 'hash of a code', method: 'sms', sentAt: BUILT_AT, expiresAt: BUILT_AT + 5 },
      payload: { email: 'it’s "so"@example.com', rounds: 3, remember: true, phone: null },
      attempts: 2,
      consumedAt: BUILT_AT + 1,
    });
    for (const token of [bare, full]) assert.deepEqual(await store.oneTimeTokens.find(token.id), token);
    assert.equal(await store.oneTimeTokens.find(anId()), null);
  });

  test('a token may have no user yet, and can be used once like any other', async (store) => {
    const subjectId = anId();
    const token = await storedToken(store, { userId: null, purpose: 'challenge', subjectId });
    assert.deepEqual(await store.oneTimeTokens.find(token.id), token);
    assert.deepEqual(await store.oneTimeTokens.findByHash(token.secretHash ?? '', ['challenge']), token);
    assert.equal(await store.oneTimeTokens.takeAttempt(token.id, 1, NOW), true);
    assert.equal(await store.oneTimeTokens.takeAttempt(token.id, 1, NOW), false);
    assert.equal(await store.oneTimeTokens.replaceCode(token.id, { hash: 'h', method: 'email', sentAt: NOW, expiresAt: NOW + 1 }, NOW), true);
    const { id: userId } = await storedUser(store);
    assert.deepEqual(await store.oneTimeTokens.list(userId), []);
    assert.equal(await store.oneTimeTokens.voidAll(userId, ['challenge'], NOW), 0);
    await store.users.remove(userId, 'admin');
    assert.equal(count(await atOnce(20, async () => store.oneTimeTokens.consume(token.id, NOW)), true), 1);
    const lapsed = await storedToken(store, { userId: null, expiresAt: EARLY - 1 });
    await store.purge('oneTimeTokens', EARLY, 1_000);
    assert.equal(await store.oneTimeTokens.find(lapsed.id), null);
  });

  test('a token of a missing user, or with the hash of another token, is refused', async (store) => {
    const orphan = aOneTimeToken({ userId: anId() });
    await assert.rejects(store.oneTimeTokens.insert(orphan));
    assert.equal(await store.oneTimeTokens.find(orphan.id), null);
    const { userId, secretHash } = await storedToken(store);
    const twin = aOneTimeToken({ userId, secretHash });
    await assert.rejects(store.oneTimeTokens.insert(twin));
    assert.equal(await store.oneTimeTokens.find(twin.id), null);
    await storedToken(store, { userId, secretHash: null });
    await storedToken(store, { userId, secretHash: null });
  });

  test('a token is found by its hash for the given purposes only, even if it is over', async (store) => {
    const token = await storedToken(store, { expiresAt: NOW + 1 });
    const hash = token.secretHash ?? '';
    const findByHash: OneTimeTokenStore['findByHash'] = async (...args) => store.oneTimeTokens.findByHash(...args);
    assert.deepEqual(await findByHash(hash, ['password-reset']), token);
    assert.deepEqual(await findByHash(hash, ['invitation', 'password-reset']), token);
    assert.equal(await findByHash(hash, ['invitation', 'challenge']), null);
    assert.equal(await findByHash(hash, []), null);
    assert.equal(await findByHash('another hash', ['password-reset']), null);
    for (const fields of OVER) {
      const over = await storedToken(store, fields);
      assert.deepEqual(await findByHash(over.secretHash ?? '', ['password-reset']), over);
    }
  });

  test('the newest live token of a purpose and subject is found', async (store) => {
    const { id: userId } = await storedUser(store);
    const subject = { userId, purpose: 'step-up', subjectId: anId() } as const;
    assert.equal(await store.oneTimeTokens.findLiveOf(subject, NOW), null);
    await storedToken(store, subject);
    const newest = await storedToken(store, subject);
    for (const fields of OVER) await storedToken(store, { ...subject, ...fields });
    await storedToken(store, { ...subject, userId: (await storedUser(store)).id });
    await storedToken(store, { ...subject, purpose: 'factor-setup' });
    await storedToken(store, { ...subject, subjectId: anId() });
    await storedToken(store, { ...subject, subjectId: null });
    assert.deepEqual(await store.oneTimeTokens.findLiveOf(subject, NOW), newest);
  });

  test('R1: a live token is consumed once, and nothing else changes', async (store) => {
    const token = await storedToken(store);
    assert.equal(await store.oneTimeTokens.consume(token.id, NOW), true);
    assert.equal(await store.oneTimeTokens.consume(token.id, NOW + 1), false);
    assert.deepEqual(await store.oneTimeTokens.find(token.id), { ...token, consumedAt: NOW });
    for (const fields of OVER) {
      const over = await storedToken(store, fields);
      assert.equal(await store.oneTimeTokens.consume(over.id, NOW), false);
      assert.deepEqual(await store.oneTimeTokens.find(over.id), over);
    }
    assert.equal(await store.oneTimeTokens.consume(anId(), NOW), false);
  });

  test('R1: of concurrent calls that consume one token, one wins', async (store) => {
    const { id } = await storedToken(store);
    const won = await atOnce(50, async (n) => store.oneTimeTokens.consume(id, NOW + n));
    assert.equal(count(won, true), 1);
    assert.equal((await store.oneTimeTokens.find(id))?.consumedAt, NOW + won.indexOf(true));
  });

  test('a user’s live tokens of the given purposes are voided, and no others', async (store) => {
    const { id: userId } = await storedUser(store);
    const voided = [
      await storedToken(store, { userId }),
      await storedToken(store, { userId, purpose: 'email-change', secretHash: null }),
    ];
    const kept = [await storedToken(store), await storedToken(store, { userId, purpose: 'challenge' })];
    for (const fields of OVER) kept.push(await storedToken(store, { userId, ...fields }));
    const purposes = ['email-change', 'invitation', 'password-reset'] as const;
    assert.equal(await store.oneTimeTokens.voidAll(userId, [], NOW), 0);
    assert.equal(await store.oneTimeTokens.voidAll(userId, purposes, NOW), 2);
    assert.equal(await store.oneTimeTokens.voidAll(userId, purposes, NOW), 0);
    for (const token of voided) {
      assert.deepEqual(await store.oneTimeTokens.find(token.id), { ...token, consumedAt: NOW });
    }
    for (const token of kept) assert.deepEqual(await store.oneTimeTokens.find(token.id), token);
  });

  test('R1: of concurrent consuming and voiding, each token is consumed once', async (store) => {
    const { id: userId } = await storedUser(store);
    const tokens = await atOnce(20, async () => storedToken(store, { userId }));
    const consuming = Promise.all(tokens.map(async ({ id }) => store.oneTimeTokens.consume(id, NOW)));
    const voided = await atOnce(10, async () => store.oneTimeTokens.voidAll(userId, ['password-reset'], NOW + 1));
    assert.equal(count(await consuming, true) + sum(voided), 20);
  });

  // Tokens of other tests, if still stored, are younger than these.
  test('tokens over before a given time are purged, at most the limit at a time', async (store) => {
    const over = [
      await storedToken(store, { expiresAt: EARLY - 1 }),
      await storedToken(store, { consumedAt: EARLY - 1 }),
      await storedToken(store, { expiresAt: EARLY - 1, consumedAt: EARLY - 2 }),
    ];
    const kept = [
      await storedToken(store, { expiresAt: EARLY }),
      await storedToken(store, { consumedAt: EARLY }),
      await storedToken(store),
    ];
    assert.equal(await store.purge('oneTimeTokens', EARLY, 2), 2);
    assert.equal(await store.purge('oneTimeTokens', EARLY, 2), 1);
    assert.equal(await store.purge('oneTimeTokens', EARLY, 2), 0);
    for (const { id } of over) assert.equal(await store.oneTimeTokens.find(id), null);
    for (const token of kept) assert.deepEqual(await store.oneTimeTokens.find(token.id), token);
    await store.purge('oneTimeTokens', EARLY + 1, 10);
  });

  test('of concurrent purges, each token is counted by one', async (store) => {
    await atOnce(30, async () => storedToken(store, { expiresAt: EARLY - 1 }));
    assert.equal(sum(await atOnce(20, async () => store.purge('oneTimeTokens', EARLY, 4))), 30);
  });
}
