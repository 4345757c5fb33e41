import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import type { AuthConfig } from '../../auth-config.js';
import { ConfigError } from '../../errors.js';
import { wrapMethods } from '../../ports/store/wrap-methods.js';
import type { AuthStore } from '../../ports/store/store.js';
import { createTestApp } from '../../test-kit/test-app.js';
import type { TestApp } from '../../test-kit/test-app.js';
import { aDevice, aFactor, aMessage, anEvent, aOneTimeToken, aSession, aUser } from '../../testing/builders.js';
import { loginAs } from '../../testing/login-as.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** `createTestApp` with the maintenance timer, which is off in other tests. */
const worldWith = (maintenance: AuthConfig['maintenance'], config: Partial<AuthConfig> = {}): TestApp & { readonly start: (store?: AuthStore) => void } => {
  const world = createTestApp();
  return { ...world, start: (store = world.store) => void createAuth({ ...world.config, store, ...config, maintenance }) };
};

const withEvents = async ({ store, clock }: TestApp, count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) await store.events.append(anEvent({ at: clock.now() - 400 * DAY }));
};

const eventsOf = ({ store }: TestApp): number => store.dump()['events']?.length ?? 0;

/** The store with `purge` replaced for events. */
const purgingBy = (store: AuthStore, purgeEvents: (before: number, limit: number) => Promise<number>): AuthStore => ({
  ...store,
  purge: async (table, before, limit) =>
    table === 'events' ? purgeEvents(before, limit) : store.purge(table, before, limit),
});

describe('maintain', () => {
  it('deletes rows that have been over for the documented time, and no others', async () => {
    const { auth, store, clock } = createTestApp();
    const now = clock.now();
    const user = aUser();
    await store.users.insert(user);
    const userId = user.id;
    const over = { idleExpiresAt: now, expiresAt: now };
    const put = async (age: number): Promise<void> => {
      await store.sessions.insert(aSession({ userId, idleExpiresAt: now - 30 * DAY - age, expiresAt: now }));
      await store.sessions.insert(aSession({ userId, ...over, revokedAt: now - 30 * DAY - age }));
      await store.devices.insert(aDevice({ userId, lastSeenAt: now - 400 * DAY - age }), 10);
      await store.oneTimeTokens.insert(aOneTimeToken({ userId, expiresAt: now - DAY - age }));
      await store.oneTimeTokens.insert(aOneTimeToken({ userId, expiresAt: now + DAY, consumedAt: now - DAY - age }));
      await store.factors.begin(aFactor({ userId, method: age === 0 ? 'sms' : 'email', createdAt: now - DAY - age }));
      await store.counters.take({ hitId: `hit ${age}`, key: 'a', limits: [{ max: 9, windowMs: DAY }], now: now - DAY + 1 - age });
      await store.attempts.take({ key: `tries ${age}`, userId, now: now - DAY + 1 - age, waitsMs: [0], forgetAfterMs: DAY });
      await store.rateLimits?.take({ key: `hits ${age}`, now: now - DAY + 1 - age, intervalMs: DAY, burstMs: DAY });
      await store.outbox.insert(aMessage({ sentAt: now - 7 * DAY - age }));
      await store.outbox.insert(aMessage({ deadAt: now - 7 * DAY - age }));
      await store.events.append(anEvent({ at: now - 365 * DAY - age }));
    };
    await store.outbox.insert(aMessage({ createdAt: now - 99 * DAY, nextAttemptAt: now - 99 * DAY }));
    await put(0);
    const kept = store.dump();
    await put(1);
    await auth.maintain();
    expect(store.dump()).toEqual(kept);
  });

  it('keeps events for the configured time, and devices while they are trusted', async () => {
    const { auth, store, clock } = createTestApp({ audit: { retention: '2d' }, twoFactor: { trustedDeviceTtl: '500d' } });
    const user = aUser();
    await store.users.insert(user);
    await store.events.append(anEvent({ at: clock.now() - 2 * DAY - 1 }));
    await store.events.append(anEvent({ at: clock.now() - 2 * DAY }));
    await store.devices.insert(aDevice({ userId: user.id, lastSeenAt: clock.now() - 500 * DAY }), 10);
    await auth.maintain();
    expect([store.dump()['events']?.length, store.dump()['devices']?.length]).toEqual([1, 1]);
  });

  it('S2: keeps an ended session until the last of its refresh tokens has expired', async () => {
    const { auth, clock, store, post } = createTestApp();
    const { refreshToken, accessToken } = await loginAs(auth);
    await post('/logout', {}, accessToken);
    const replay = async () => (await post('/refresh-token', { refreshToken })).body.code;
    clock.set(clock.now() + 30 * DAY);
    await auth.maintain();
    expect(await replay()).toBe('SESSION_EXPIRED');
    clock.set(clock.now() + 1);
    await auth.maintain();
    expect(store.dump()['sessions']).toEqual([]);
    expect(await replay()).toBe('INVALID_REFRESH_TOKEN');
  });

  it('works in batches of about three milliseconds, and yields after each', async () => {
    const world = createTestApp();
    const { store, clock } = world;
    let left = 3_000;
    let turns = 0;
    const took: number[] = [];
    const turnsBefore: number[] = [];
    const perRow = (done: number): number => (done < 1_500 ? 0.01 : 0.2);
    const auth = createAuth({
      ...world.config,
      store: purgingBy(store, async (_, limit) => {
        const purged = Math.min(limit, left);
        const cost = purged * perRow(3_000 - left);
        left -= purged;
        clock.set(clock.now() + cost);
        took.push(cost);
        turnsBefore.push(turns);
        return purged;
      }),
    });
    const count = (): void => {
      turns += 1;
      if (left > 0) setImmediate(count);
    };
    setImmediate(count);
    await auth.maintain();
    expect(left).toBe(0);
    expect(new Set(turnsBefore).size).toBe(turnsBefore.length);
    // If rows take longer, batches are halved until they fit again.
    const slow = took.slice(took.findIndex((ms) => ms > 4));
    expect(slow.slice(5).every((ms) => ms <= 4)).toBe(true);
    expect(Math.max(...took.slice(0, 10))).toBeGreaterThan(1);
  });

  it('is shared by concurrent calls, and started again by later ones', async () => {
    const world = createTestApp();
    let calls = 0;
    const auth = createAuth({ ...world.config, store: purgingBy(world.store, async () => ((calls += 1), 0)) });
    await Promise.all([auth.maintain(), auth.maintain(), auth.maintain()]);
    expect(calls).toBe(1);
    await auth.maintain();
    expect(calls).toBe(2);
  });

  it('may run in several processes concurrently', async () => {
    const world = createTestApp();
    await withEvents(world, 500);
    const others = Array.from({ length: 4 }, () => createAuth(world.config));
    await Promise.all(others.map((auth) => auth.maintain()));
    expect(eventsOf(world)).toBe(0);
  });

  it('fails if the store fails, and can be retried', async () => {
    const world = createTestApp();
    let isDown = true;
    const store = { ...world.store, ...wrapMethods(world.store, async ({ run }) => (isDown ? Promise.reject(new Error('down')) : run())) };
    const auth = createAuth({ ...world.config, store });
    await expect(auth.maintain()).rejects.toThrow('down');
    isDown = false;
    await auth.maintain();
  });
});

describe('the timer of maintenance', () => {
  it('runs it after a random 30 to 90 minutes, and again', async () => {
    for (const [byte, pause] of [[0, 30 * MINUTE], [255, 90 * MINUTE - 28]] as const) {
      const world = worldWith({}, { random: { bytes: (length) => new Uint8Array(length).fill(byte) } });
      await withEvents(world, 1);
      world.start();
      await world.clock.advance(pause - 30);
      expect(eventsOf(world)).toBe(1);
      await world.clock.advance(31);
      await expect.poll(() => eventsOf(world)).toBe(0);
      await withEvents(world, 1);
      await expect.poll(async () => (await world.clock.advance(MINUTE), eventsOf(world)), { interval: 0 }).toBe(0);
    }
  });

  it('does not run if it is turned off', async () => {
    const world = worldWith(false);
    await withEvents(world, 1);
    world.start();
    await world.clock.advance(30 * DAY);
    expect(eventsOf(world)).toBe(1);
  });

  it('survives a failing store, and logs the failure', async () => {
    const world = worldWith({ every: '1m' });
    let calls = 0;
    world.start(purgingBy(world.store, async () => ((calls += 1), Promise.reject(new Error('CANARY')))));
    await expect.poll(async () => (await world.clock.advance(MINUTE), calls), { interval: 0 }).toBeGreaterThan(2);
    const lines = world.log.filter(({ level }) => level === 'error');
    expect(lines[0]).toMatchObject({ message: 'maintenance failed', fields: { error: 'Error' } });
    expect(JSON.stringify(lines)).not.toContain('CANARY');
  });

  it('stops at close, and so does a run, after its current batch', async () => {
    const world = createTestApp();
    let batches = 0;
    const auth = createAuth({
      ...world.config,
      maintenance: { every: '1m' },
      store: purgingBy(world.store, async (_, limit) => {
        batches += 1;
        if (batches === 3) void auth.close();
        return limit;
      }),
    });
    await auth.maintain();
    expect(batches).toBe(3);
    await world.clock.advance(10 * MINUTE);
    expect(batches).toBe(3);
  });

  it.each([{ every: '1s' }, { every: '8d' }, { each: '1h' }, true, '1h'])('refuses %j', (maintenance) => {
    const { config } = createTestApp();
    expect(() => createAuth(Object.assign({ ...config }, { maintenance }))).toThrow(ConfigError);
  });
});
