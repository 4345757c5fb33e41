import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import type { AuthStore } from '../../ports/store/store.js';
import { createAdaWorld } from '../../test-kit/mail-test-app.js';
import type { AdaWorld } from '../../test-kit/mail-test-app.js';
import { anEvent } from '../../testing/builders.js';

const MINUTE = 60_000;
const EVENTS = 1_200;

/** Ada, whose account has a long audit trail and is to be removed. */
async function createWorld(): Promise<AdaWorld> {
  const world = await createAdaWorld();
  const { store, ada } = world;
  for (let n = 0; n < EVENTS; n += 1) await store.events.append(anEvent({ userId: ada.userId, actorId: n % 2 === 0 ? ada.userId : null }));
  return world;
}

const leave = async ({ del, ada }: AdaWorld) => del('/me', ada.accessToken, { password: ada.password });

const withSource = async ({ store, ada }: AdaWorld): Promise<number> =>
  (await store.events.list(ada.userId, { limit: 10_000 })).filter(({ ip, userAgent }) => ip !== null || userAgent !== null).length;

/** A store whose anonymization fails after this many batches, as if the process had ended. */
function failingAfter(store: AuthStore, batches: number): { readonly store: AuthStore; readonly sizes: number[] } {
  const sizes: number[] = [];
  const anonymize: AuthStore['events']['anonymize'] = async (batch) => {
    if (sizes.length >= batches) throw new Error('CANARY');
    sizes.push(batch.limit);
    return store.events.anonymize(batch);
  };
  return { store: { ...store, events: { ...store.events, anonymize } }, sizes };
}

describe('the audit trail of a removed account', () => {
  it('Z4: is anonymized in batches, outside of the transaction that removes the account', async () => {
    const world = await createWorld();
    const { store, sizes } = failingAfter(world.store, Infinity);
    let isInTransaction = false;
    const transaction: AuthStore['transaction'] = async (work) => {
      isInTransaction = true;
      return world.store.transaction(work).finally(() => (isInTransaction = false));
    };
    const seen: boolean[] = [];
    const watched = { ...store, transaction, events: { ...store.events, anonymize: async (batch: Parameters<AuthStore['events']['anonymize']>[0]) => (seen.push(isInTransaction), store.events.anonymize(batch)) } };
    const auth = createAuth({ ...world.config, store: watched });
    await auth.api.deleteMe({ password: world.ada.password }, { accessToken: world.ada.accessToken });
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(EVENTS);
    expect(new Set(seen)).toEqual(new Set([false]));
    expect(await withSource(world)).toBe(0);
  });

  it('F2: is completed by maintain if anonymizing was interrupted', async () => {
    const world = await createWorld();
    const broken = createAuth({ ...world.config, store: failingAfter(world.store, 1).store });
    await broken.api.deleteMe({ password: world.ada.password }, { accessToken: world.ada.accessToken });
    expect(await world.store.users.find(world.ada.userId)).toBe(null);
    expect(await withSource(world)).toBeGreaterThan(0);
    expect(JSON.stringify(world.log.filter(({ level }) => level === 'error'))).not.toContain('CANARY');
    await world.auth.maintain();
    expect(await withSource(world)).toBe(0);
  });

  it('F2: is also completed at the next start', async () => {
    const world = await createWorld();
    const broken = createAuth({ ...world.config, store: failingAfter(world.store, 1).store });
    await broken.api.deleteMe({ password: world.ada.password }, { accessToken: world.ada.accessToken });
    const next = createAuth({ ...world.config, maintenance: {} });
    await expect.poll(async () => withSource(world)).toBe(0);
    await next.close();
  });

  it('F2: is repeated until no pending request can add events', async () => {
    const world = await createWorld();
    await leave(world);
    // A failed login that was recorded late, because its password hash took long.
    await world.store.events.append(anEvent({ userId: world.ada.userId, outcome: 'failure' }));
    await world.auth.maintain();
    expect(await withSource(world)).toBe(0);
    expect(await world.store.events.listAnonymizations(10)).toHaveLength(1);
    await world.clock.advance(10 * MINUTE + 1);
    await world.auth.maintain();
    expect(await world.store.events.listAnonymizations(10)).toEqual([]);
  });

  it('is erased from the database’s files if the store can', async () => {
    const world = await createWorld();
    let scrubs = 0;
    const scrub = async (): Promise<void> => void (scrubs += 1);
    const auth = createAuth({ ...world.config, store: { ...world.store, scrub } });
    await auth.maintain();
    expect(scrubs).toBe(0);
    await auth.api.deleteMe({ password: world.ada.password }, { accessToken: world.ada.accessToken });
    expect(scrubs).toBe(1);
    await auth.maintain();
    expect(scrubs).toBe(2);
  });
});
