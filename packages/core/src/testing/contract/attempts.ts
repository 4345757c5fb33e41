import assert from 'node:assert/strict';
import type { Attempt, AttemptOutcome } from '../../ports/store/attempts.js';
import type { AuthStore, StoreMethods } from '../../ports/store/store.js';
import { BUILT_AT } from '../builders.js';
import { anId, atOnce, storedUser, type Test } from './section.js';

const NOW = BUILT_AT;
/** Three at once, then waits of 10 and 40, and 40 again. */
const RULE = { waitsMs: [0, 0, 10, 40], forgetAfterMs: 1000 } as const;

interface AttemptSubject {
  readonly key: string;
  readonly take: (now: number, more?: Partial<Attempt>, methods?: StoreMethods) => Promise<AttemptOutcome>;
}

/** A unique key to make attempts under. */
function aGuesser(store: AuthStore): AttemptSubject {
  const key = `test:${anId()}`;
  return {
    key,
    take: async (now, more = {}, methods = store) => methods.attempts.take({ key, userId: null, now, ...RULE, ...more }),
  };
}

const taken = (count: number): AttemptOutcome => ({ kind: 'taken', count });
const refused = (retryAt: number, isFirst = false): AttemptOutcome => ({ kind: 'refused', retryAt, isFirst });

export function attemptsContract(test: Test): void {
  test('each attempt waits longer than the one before, up to the last wait, which repeats', async (store) => {
    const { take } = aGuesser(store);
    assert.deepEqual([await take(NOW), await take(NOW), await take(NOW)], [taken(1), taken(2), taken(3)]);
    assert.deepEqual([await take(NOW), await take(NOW + 9)], [refused(NOW + 10, true), refused(NOW + 10)]);
    assert.deepEqual(await take(NOW + 10), taken(4));
    assert.deepEqual([await take(NOW + 10), await take(NOW + 49)], [refused(NOW + 50, true), refused(NOW + 50)]);
    assert.deepEqual([await take(NOW + 50), await take(NOW + 89)], [taken(5), refused(NOW + 90, true)]);
    assert.deepEqual([await take(NOW + 500), await take(NOW + 539)], [taken(6), refused(NOW + 540, true)]);
  });

  test('attempts are counted for each key separately', async (store) => {
    const [first, second] = [aGuesser(store), aGuesser(store)];
    for (let n = 0; n < 3; n += 1) await first.take(NOW);
    assert.deepEqual([await first.take(NOW), await second.take(NOW)], [refused(NOW + 10, true), taken(1)]);
    await first.take(NOW);
    await store.attempts.clear([first.key]);
    assert.deepEqual([await first.take(NOW), await second.take(NOW)], [taken(1), taken(2)]);
  });

  test('a count starts again after long enough without attempts', async (store) => {
    const { take } = aGuesser(store);
    for (let n = 0; n < 3; n += 1) await take(NOW);
    assert.deepEqual(await take(NOW + 1009), taken(1));
    const other = aGuesser(store);
    for (const now of [NOW, NOW + 999]) await other.take(now);
    // The last attempt was at NOW + 999, so the count is kept longer.
    assert.deepEqual(await other.take(NOW + 1998), taken(3));
    const odd = aGuesser(store);
    await odd.take(NOW, { waitsMs: [50], forgetAfterMs: 20 });
    assert.deepEqual(await odd.take(NOW + 20), taken(1));
  });

  test('refunding an attempt also removes the wait that it caused', async (store) => {
    const { key, take } = aGuesser(store);
    for (let n = 0; n < 3; n += 1) await take(NOW);
    assert.deepEqual(await take(NOW + 5), refused(NOW + 10, true));
    await store.attempts.refund(key, NOW + 6);
    assert.deepEqual([await take(NOW + 6), await take(NOW + 7)], [taken(3), refused(NOW + 16, true)]);
    for (let n = 0; n < 4; n += 1) await store.attempts.refund(key, NOW + 8);
    assert.deepEqual(await take(NOW + 8), taken(1));
    await store.attempts.refund(anId(), NOW);
  });

  test('clearing removes the attempts of one user and of the given keys, and no others', async (store) => {
    const [user, other] = [await storedUser(store), await storedUser(store)];
    const [own, named, foreign, nobodys] = [aGuesser(store), aGuesser(store), aGuesser(store), aGuesser(store)];
    const tryAll = async (): Promise<AttemptOutcome[]> => [
      await own.take(NOW, { userId: user.id }),
      await named.take(NOW),
      await foreign.take(NOW, { userId: other.id }),
      await nobodys.take(NOW),
    ];
    await tryAll();
    await store.attempts.clear([named.key, anId()], user.id);
    assert.deepEqual(await tryAll(), [taken(1), taken(1), taken(2), taken(2)]);
    await store.attempts.clear([], user.id);
    assert.deepEqual(await own.take(NOW, { userId: user.id }), taken(1));
  });

  test('attempts at a user are removed with the user', async (store) => {
    const user = await storedUser(store);
    const [own, other] = [aGuesser(store), aGuesser(store)];
    for (let n = 0; n < 2; n += 1) await own.take(NOW, { userId: user.id });
    await other.take(NOW);
    await store.users.remove(user.id, 'admin');
    assert.deepEqual([await own.take(NOW, { userId: user.id }), await other.take(NOW)], [taken(1), taken(2)]);
    // The id of a user who was removed, or never existed, is not stored.
    await store.attempts.clear([], user.id);
    assert.deepEqual(await own.take(NOW, { userId: user.id }), taken(2));
  });

  test('an attempt in a transaction that throws is not counted', async (store) => {
    const { key, take } = aGuesser(store);
    const work = store.transaction(async (tx) => {
      for (let n = 0; n < 3; n += 1) await take(NOW, {}, tx);
      assert.deepEqual(await take(NOW, {}, tx), refused(NOW + 10, true));
      throw new Error('enough');
    });
    await assert.rejects(work, /enough/);
    assert.deepEqual(await take(NOW), taken(1));
    const clearing = store.transaction(async (tx) => {
      await tx.attempts.clear([key]);
      throw new Error('enough');
    });
    await assert.rejects(clearing, /enough/);
    assert.deepEqual(await take(NOW), taken(2));
  });

  test('expired counts are purged, at most the limit at a time', async (store) => {
    const early = 1_000_000;
    const kept = aGuesser(store);
    await kept.take(early, { forgetAfterMs: 21 });
    await atOnce(5, async () => aGuesser(store).take(early, { forgetAfterMs: 20 }));
    assert.equal(await store.purge('attempts', early + 20, 9), 0);
    assert.equal(await store.purge('attempts', early + 21, 4), 4);
    assert.equal(await store.purge('attempts', early + 21, 4), 1);
    assert.deepEqual(await kept.take(early + 20), taken(2));
    await store.attempts.clear([kept.key]);
  });

  test('of concurrent attempts exactly the free ones are taken, and one refusal is marked as the first', async (store) => {
    const { take } = aGuesser(store);
    const outcomes = await atOnce(50, async () => take(NOW));
    const counts = outcomes.flatMap((outcome) => (outcome.kind === 'taken' ? outcome.count : []));
    assert.deepEqual(counts.toSorted((a, b) => a - b), [1, 2, 3]);
    assert.equal(outcomes.filter((outcome) => outcome.kind === 'refused' && outcome.isFirst).length, 1);
    const later = await atOnce(50, async () => take(NOW + 10));
    assert.deepEqual(later.filter(({ kind }) => kind === 'taken'), [taken(4)]);
  });

  test('concurrent attempts inside and outside of transactions keep to the same limit', async (store) => {
    const { take } = aGuesser(store);
    const outcomes = await atOnce(50, async (n) => (n % 2 === 0 ? take(NOW) : store.transaction(async (tx) => take(NOW, {}, tx))));
    assert.equal(outcomes.filter(({ kind }) => kind === 'taken').length, 3);
  });
}
