import assert from 'node:assert/strict';
import type { SessionRecord } from '../../ports/store/sessions.js';
import { BUILT_AT } from '../builders.js';
import { anId, atOnce, count, storedSession, type Test } from './section.js';

const NOW = BUILT_AT + 1000;
const STEP = { now: NOW, idleExpiresAt: NOW + 5000, proof: { amr: ['pwd', 'otp'], aal: 2 } } as const;
const OVER: readonly Partial<SessionRecord>[] = [
  { idleExpiresAt: NOW },
  { expiresAt: NOW },
  { revokedAt: BUILT_AT, revokeReason: 'logout' },
];

export function steppingUpContract(test: Test): void {
  test('a step-up increases the counter by one and records the proof, and nothing else changes', async (store) => {
    const session = await storedSession(store, { refreshCounter: 4 });
    assert.equal(await store.sessions.rotate(session.id, 3, STEP), false);
    assert.equal(await store.sessions.rotate(session.id, 5, STEP), false);
    assert.deepEqual(await store.sessions.find(session.id), session);
    assert.equal(await store.sessions.rotate(session.id, 4, STEP), true);
    assert.deepEqual(await store.sessions.find(session.id), {
      ...session,
      refreshCounter: 5,
      rotatedAt: NOW,
      lastUsedAt: NOW,
      idleExpiresAt: NOW + 5000,
      authenticatedAt: NOW,
      amr: ['pwd', 'otp'],
      aal: 2,
    });
    assert.equal(await store.sessions.rotate(anId(), 0, STEP), false);
  });

  test('a session that is over cannot be stepped up', async (store) => {
    for (const fields of OVER) {
      const session = await storedSession(store, fields);
      assert.equal(await store.sessions.rotate(session.id, 0, STEP), false);
      assert.deepEqual(await store.sessions.find(session.id), session);
    }
  });

  test('of concurrent step-ups and rotations from one counter, one wins', async (store) => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await storedSession(store);
      const won = await atOnce(30, async (n) =>
        (n + round) % 2 === 0
          ? store.sessions.rotate(id, 0, STEP)
          : store.sessions.rotate(id, 0, { now: NOW, idleExpiresAt: NOW + 5000 }),
      );
      assert.equal(count(won, true), 1);
      const session = await store.sessions.find(id);
      const steppedUp = (won.indexOf(true) + round) % 2 === 0;
      assert.deepEqual([session?.refreshCounter, session?.aal], [1, steppedUp ? 2 : 1]);
    }
  });

  test('of a concurrent step-up and revocation, the session ends, and a lost step-up changes nothing', async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await storedSession(store);
      const [steppedUp, revoked] = await Promise.all([
        store.sessions.rotate(id, 0, STEP),
        store.sessions.revoke(id, NOW, 'two-factor-disabled'),
      ]);
      assert.equal(revoked, true);
      const session = await store.sessions.find(id);
      assert.deepEqual([session?.refreshCounter, session?.aal], steppedUp ? [1, 2] : [0, 1]);
      assert.deepEqual([session?.revokedAt, session?.revokeReason], [NOW, 'two-factor-disabled']);
    }
  });
}
