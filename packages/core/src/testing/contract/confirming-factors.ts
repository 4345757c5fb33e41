import assert from 'node:assert/strict';
import { aFactor, BUILT_AT } from '../builders.js';
import { anId, atOnce, count, storedFactor, storedUser, type Test } from './section.js';

const NOW = BUILT_AT + 1000;

export function confirmingFactorsContract(test: Test): void {
  test('a set-up is confirmed once, with its time step, and nothing else changes', async (store) => {
    const setUp = await storedFactor(store);
    assert.equal(await store.factors.confirm(setUp.id, NOW, 58_000_000), true);
    const factor = { ...setUp, confirmedAt: NOW, lastStep: 58_000_000 };
    assert.deepEqual(await store.factors.find(setUp.id), factor);
    assert.equal(await store.factors.confirm(setUp.id, NOW + 1, 58_000_001), false);
    assert.deepEqual(await store.factors.find(setUp.id), factor);
    const byMail = await storedFactor(store, { method: 'email' });
    assert.equal(await store.factors.confirm(byMail.id, NOW, null), true);
    assert.deepEqual(await store.factors.find(byMail.id), { ...byMail, confirmedAt: NOW });
    assert.equal(await store.factors.confirm(anId(), NOW, null), false);
  });

  test('of concurrent confirmations of one set-up, one wins', async (store) => {
    const { id } = await storedFactor(store);
    const won = await atOnce(30, async (n) => store.factors.confirm(id, NOW + n, n));
    assert.equal(count(won, true), 1);
    assert.equal((await store.factors.find(id))?.lastStep, won.indexOf(true));
  });

  test('M6: concurrent set-ups of one method in different sessions make one factor', async (store) => {
    const { id: userId } = await storedUser(store);
    const won = await atOnce(30, async (n) => {
      const setUp = aFactor({ userId });
      return (await store.factors.begin(setUp)) && store.factors.confirm(setUp.id, NOW, n);
    });
    assert.equal(count(won, true), 1);
    const [factor, ...others] = await store.factors.listConfirmed(userId);
    assert.deepEqual([factor?.lastStep, others], [won.indexOf(true), []]);
  });

  test('of a concurrent confirmation and a new set-up, one wins', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const setUp = await storedFactor(store);
      const other = aFactor({ userId: setUp.userId });
      const confirm = async (): Promise<boolean> => store.factors.confirm(setUp.id, NOW, null);
      const begin = async (): Promise<boolean> => store.factors.begin(other);
      // Each goes first in half of the rounds.
      const outcomes = await Promise.all(round % 2 === 0 ? [confirm(), begin()] : [begin(), confirm()]);
      assert.equal(count(outcomes, true), 1);
      const [confirmed, begun] = round % 2 === 0 ? outcomes : outcomes.toReversed();
      assert.deepEqual(await store.factors.find(setUp.id), confirmed ? { ...setUp, confirmedAt: NOW } : null);
      assert.deepEqual(await store.factors.find(other.id), begun ? other : null);
    }
  });

  test('M1: a time step is accepted if it is later than the last, and nothing else changes', async (store) => {
    const factor = await storedFactor(store, { confirmedAt: NOW, lastStep: 10 });
    const bare = await storedFactor(store, { confirmedAt: NOW, lastStep: null });
    assert.equal(await store.factors.advanceStep(factor.id, 9), false);
    assert.equal(await store.factors.advanceStep(factor.id, 10), false);
    assert.deepEqual(await store.factors.find(factor.id), factor);
    assert.equal(await store.factors.advanceStep(factor.id, 12), true);
    assert.equal(await store.factors.advanceStep(factor.id, 11), false);
    assert.deepEqual(await store.factors.find(factor.id), { ...factor, lastStep: 12 });
    assert.equal(await store.factors.advanceStep(bare.id, 0), true);
    assert.equal(await store.factors.advanceStep(bare.id, 0), false);
    assert.equal(await store.factors.advanceStep(anId(), 10), false);
  });

  test('M1: of concurrent calls that accept one time step, one wins', async (store) => {
    const { id } = await storedFactor(store, { confirmedAt: NOW, lastStep: 10 });
    const won = await atOnce(50, async () => store.factors.advanceStep(id, 11));
    assert.equal(count(won, true), 1);
    assert.equal((await store.factors.find(id))?.lastStep, 11);
  });

  test('M1: of concurrent time steps, the latest is accepted and stored', async (store) => {
    const { id } = await storedFactor(store, { confirmedAt: NOW, lastStep: 0 });
    // A fixed permutation of 1 to 30: 7 and 31 have no common divisor.
    const steps = Array.from({ length: 30 }, (_, n) => ((n + 1) * 7) % 31);
    const won = await Promise.all(steps.map(async (step) => store.factors.advanceStep(id, step)));
    assert.equal(won[steps.indexOf(30)], true);
    assert.equal((await store.factors.find(id))?.lastStep, 30);
    assert.deepEqual(await atOnce(31, async (step) => store.factors.advanceStep(id, step)), Array(31).fill(false));
  });
}
