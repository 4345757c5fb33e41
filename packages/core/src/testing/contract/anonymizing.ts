import assert from 'node:assert/strict';
import type { EventRecord } from '../../ports/store/events.js';
import type { AuthStore } from '../../ports/store/store.js';
import { anEvent, BUILT_AT } from '../builders.js';
import { anId, atOnce, type Test } from './section.js';

const HIDDEN = { ip: null, userAgent: null };

/** Anonymizes everything in batches of this size, which does not affect the result. */
async function anonymizeAll({ events }: AuthStore, userId: string, limit: number): Promise<number> {
  let batches = 0;
  for (const role of ['subject', 'actor'] as const) {
    for (let afterId: string | null = ''; afterId !== null; batches += 1) afterId = await events.anonymize({ userId, role, afterId, limit });
  }
  return batches;
}

async function append({ events }: AuthStore, rows: readonly EventRecord[]): Promise<void> {
  for (const row of rows) await events.append(row);
}

export function anonymizingContract(test: Test): void {
  test('anonymizing keeps the events and removes address and user agent, in batches of any size', async (store) => {
    for (const limit of [1, 2, 3, 100]) {
      const userId = anId();
      const about = Array.from({ length: 4 }, (_, n) => anEvent({ userId, actorId: n === 0 ? null : userId, detail: { n } }));
      const other = anEvent({ userId: anId() });
      await append(store, [...about, other]);
      assert.equal(await anonymizeAll(store, userId, limit), Math.floor(4 / limit) + 2);
      assert.deepEqual(await store.events.list(userId, { limit: 10 }), about.map((event) => ({ ...event, ...HIDDEN })).toReversed());
      assert.deepEqual(await store.events.list(other.userId ?? '', { limit: 10 }), [other]);
    }
  });

  test('anonymizing also covers what the user did to others; events of other actors keep their source', async (store) => {
    const [actorId, userId] = [anId(), anId()];
    const done = Array.from({ length: 7 }, () => anEvent({ userId, actorId }));
    const withoutUser = anEvent({ userId: null, actorId });
    const byOther = anEvent({ userId: actorId, actorId: userId });
    const other = anEvent({ userId, actorId: anId() });
    await append(store, [...done, withoutUser, byOther, other]);
    await anonymizeAll(store, actorId, 3);
    assert.deepEqual(await store.events.list(userId, { limit: 20 }), [other, ...done.map((event) => ({ ...event, ...HIDDEN })).toReversed()]);
    assert.deepEqual(await store.events.list(actorId, { limit: 20 }), [byOther]);
    assert.deepEqual((await store.events.listByActor(actorId, { limit: 20 })).map(({ ip }) => ip), Array(8).fill(null));
  });

  test('a request to anonymize is stored once until it is completed; requests are listed oldest first', async (store) => {
    const [first, second, third] = [anId(), anId(), anId()];
    const mine = new Set([first, second, third]);
    const pending = async () => (await store.events.listAnonymizations(1_000)).filter(({ userId }) => mine.has(userId));
    await store.events.requestAnonymization({ userId: second, requestedAt: BUILT_AT + 2 });
    await atOnce(5, async () => store.events.requestAnonymization({ userId: first, requestedAt: BUILT_AT + 1 }));
    await store.events.requestAnonymization({ userId: first, requestedAt: BUILT_AT + 9 });
    await store.events.requestAnonymization({ userId: third, requestedAt: BUILT_AT + 3 });
    assert.deepEqual(await pending(), [
      { userId: first, requestedAt: BUILT_AT + 1 },
      { userId: second, requestedAt: BUILT_AT + 2 },
      { userId: third, requestedAt: BUILT_AT + 3 },
    ]);
    assert.equal((await store.events.listAnonymizations(1)).length, 1);
    await store.events.completeAnonymization(second);
    await store.events.completeAnonymization(second);
    assert.deepEqual((await pending()).map(({ userId }) => userId), [first, third]);
    for (const userId of [first, third]) await store.events.completeAnonymization(userId);
  });
}
