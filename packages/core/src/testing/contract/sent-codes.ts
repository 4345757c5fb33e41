import assert from 'node:assert/strict';
import type { SentCode } from '../../ports/store/one-time-tokens.js';
import { BUILT_AT } from '../builders.js';
import { anId, atOnce, count, storedToken, type Test } from './section.js';

const NOW = BUILT_AT + 60_000;

function aCode(sentAt: number, hash = 'hash of a code'): SentCode {
  return { hash, method: 'sms', sentAt, expiresAt: sentAt + 300_000 };
}

export function sentCodesContract(test: Test): void {
  test('M3: attempts at a live token are counted up to the maximum, and nothing else changes', async (store) => {
    const token = await storedToken(store, { attempts: 1 });
    assert.equal(await store.oneTimeTokens.takeAttempt(token.id, 3, NOW), true);
    assert.equal(await store.oneTimeTokens.takeAttempt(token.id, 3, NOW), true);
    assert.equal(await store.oneTimeTokens.takeAttempt(token.id, 3, NOW), false);
    assert.deepEqual(await store.oneTimeTokens.find(token.id), { ...token, attempts: 3 });
    for (const fields of [{ expiresAt: NOW }, { consumedAt: BUILT_AT }]) {
      const over = await storedToken(store, fields);
      assert.equal(await store.oneTimeTokens.takeAttempt(over.id, 3, NOW), false);
      assert.deepEqual(await store.oneTimeTokens.find(over.id), over);
    }
    assert.equal(await store.oneTimeTokens.takeAttempt(anId(), 3, NOW), false);
  });

  test('M3: of concurrent attempts exactly the remaining ones are let through', async (store) => {
    const { id } = await storedToken(store);
    const won = await atOnce(50, async () => store.oneTimeTokens.takeAttempt(id, 5, NOW));
    assert.equal(count(won, true), 5);
    assert.equal((await store.oneTimeTokens.find(id))?.attempts, 5);
  });

  test('a concurrent attempt and consumption leave the token consumed', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await storedToken(store);
      const [taken, consumed] = await Promise.all([
        atOnce(5, async () => store.oneTimeTokens.takeAttempt(id, 5, NOW)),
        store.oneTimeTokens.consume(id, NOW),
      ]);
      assert.equal(consumed, true);
      const token = await store.oneTimeTokens.find(id);
      assert.deepEqual([token?.attempts, token?.consumedAt], [count(taken, true), NOW]);
    }
  });

  test('a code replaces one that was sent early enough, or none; the attempts stay counted', async (store) => {
    const token = await storedToken(store, { attempts: 4 });
    const first = aCode(NOW);
    assert.equal(await store.oneTimeTokens.replaceCode(token.id, first, 0), true);
    assert.deepEqual(await store.oneTimeTokens.find(token.id), { ...token, code: first });
    const next: SentCode = { ...aCode(NOW + 10, 'hash of the next'), method: 'email' };
    assert.equal(await store.oneTimeTokens.replaceCode(token.id, next, NOW - 1), false);
    assert.deepEqual(await store.oneTimeTokens.find(token.id), { ...token, code: first });
    assert.equal(await store.oneTimeTokens.replaceCode(token.id, next, NOW), true);
    assert.deepEqual(await store.oneTimeTokens.find(token.id), { ...token, code: next });
    assert.equal(await store.oneTimeTokens.replaceCode(anId(), next, NOW), false);
  });

  test('a token that is over gets no code', async (store) => {
    for (const fields of [{ expiresAt: NOW }, { consumedAt: BUILT_AT }]) {
      const over = await storedToken(store, fields);
      assert.equal(await store.oneTimeTokens.replaceCode(over.id, aCode(NOW), NOW - 1), false);
      assert.deepEqual(await store.oneTimeTokens.find(over.id), over);
    }
  });

  test('of concurrent codes for one token, with or without a code, one is stored', async (store) => {
    for (const code of [null, aCode(BUILT_AT)]) {
      const { id } = await storedToken(store, { code });
      const codes = Array.from({ length: 30 }, (_, n) => aCode(NOW + n, `hash ${n}`));
      const won = await Promise.all(codes.map(async (next) => store.oneTimeTokens.replaceCode(id, next, NOW - 60_000)));
      assert.equal(count(won, true), 1);
      assert.deepEqual((await store.oneTimeTokens.find(id))?.code, codes[won.indexOf(true)]);
    }
  });
}
