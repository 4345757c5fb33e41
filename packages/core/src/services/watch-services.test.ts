import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bus, BusListener } from '../ports/bus.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import { createTestApp } from '../test-kit/test-app.js';
import type { TestApp } from '../test-kit/test-app.js';
import { fakeClock } from '../testing/fake-clock.js';
import { loginAs } from '../testing/login-as.js';
import { createMemoryStore } from '../testing/memory/memory-store.js';
import type { MemoryStore } from '../testing/memory/memory-store.js';

/** An in-process bus that can lose messages. */
class LocalBus {
  readonly published: string[] = [];
  readonly closed: Bus[] = [];
  losesMessages = false;
  readonly #listeners = new Map<Bus, BusListener>();

  join(): Bus {
    const bus: Bus = {
      kind: 'local',
      publish: (userIds) => {
        this.published.push(...userIds);
        if (this.losesMessages) return;
        for (const [other, listener] of this.#listeners) if (other !== bus) listener.onChange(userIds);
      },
      subscribe: (listener) => void this.#listeners.set(bus, listener),
      inspect: async () => ({ kind: 'ok' }),
      close: async () => void this.closed.push(bus),
    };
    return bus;
  }

  eachListener(tell: (listener: BusListener) => void): void {
    this.#listeners.forEach(tell);
  }
}

/** A store that can delay the result of its next session read. */
function pausableStore() {
  const memory = createMemoryStore();
  let held: Promise<void> | undefined;
  let releaseReads = (): void => undefined;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const findWithUser = async (id: string) => {
    const state = await memory.sessions.findWithUser(id);
    const hold = held;
    held = undefined;
    if (hold !== undefined) begin();
    await hold;
    return state;
  };
  const reads = {
    hold: () => void (held = new Promise((resolve) => (releaseReads = resolve))),
    hasBegun: () => begun,
    releaseReads: () => releaseReads(),
  };
  return { store: { ...memory, sessions: { ...memory.sessions, findWithUser } }, reads };
}

function twoProcesses(bus?: LocalBus, store: MemoryStore = createMemoryStore()): readonly [TestApp, TestApp] {
  const shared = { store, clock: fakeClock(), session: { stateTtl: '1h' } } as const;
  const open = (): TestApp => createTestApp({ ...shared, bus: bus?.join() });
  return [open(), open()];
}

const statusOn = async ({ get }: TestApp, token: string): Promise<number> => (await get('/me', token)).status;

describe('the bus', () => {
  it('S6: makes a logout, a logout everywhere and a password change take effect in other processes at once', async () => {
    const bus = new LocalBus();
    const [one, two] = twoProcesses(bus);
    const password = 'seven violet otters';
    const sessions = [await loginAs(one.auth, { password }), await loginAs(one.auth, { password }), await loginAs(one.auth, { password })];
    const tokens = sessions.map(({ accessToken }) => accessToken);
    for (const token of tokens) expect([await statusOn(one, token), await statusOn(two, token)]).toEqual([200, 200]);
    const [first = '', second = '', third = ''] = tokens;

    await one.post('/logout', {}, first);
    expect(await statusOn(two, first)).toBe(401);
    await two.post('/password/change', { currentPassword: password, newPassword: 'eight violet otters' }, second);
    expect([await statusOn(one, second), await statusOn(one, third)]).toEqual([401, 401]);
    const again = await loginAs(two.auth, { password: 'eight violet otters' });
    expect(await statusOn(one, again.accessToken)).toBe(200);
    await two.post('/logout-all', {}, again.accessToken);
    expect(await statusOn(one, again.accessToken)).toBe(401);
  });

  it('S6: announces a refresh to other processes, so that use of its access token there ends the old refresh token', async () => {
    const [one, two] = twoProcesses(new LocalBus());
    const { accessToken, refreshToken } = await loginAs(one.auth);
    expect(await statusOn(two, accessToken)).toBe(200);
    const refreshed = await one.post('/refresh-token', { refreshToken });
    expect(await statusOn(two, refreshed.body.data.accessToken)).toBe(200);
    await one.clock.advance(60_000);
    const replayed = await one.post('/refresh-token', { refreshToken });
    expect([replayed.status, replayed.body.code]).toEqual([401, 'REFRESH_TOKEN_REUSED']);
  });

  it('S6: without it, or if its messages are lost, another process uses its cached state for stateTtl', async () => {
    const bus = new LocalBus();
    bus.losesMessages = true;
    for (const [one, two] of [twoProcesses(), twoProcesses(bus)]) {
      const { accessToken } = await loginAs(one.auth);
      expect(await statusOn(two, accessToken)).toBe(200);
      await one.post('/logout', {}, accessToken);
      expect(await statusOn(two, accessToken)).toBe(200);
    }
  });

  it('S6: clears the cache if messages were lost, and discards reads in progress', async () => {
    const bus = new LocalBus();
    bus.losesMessages = true;
    const { store, reads } = pausableStore();
    const [one, two] = twoProcesses(bus, store);
    const [known, read] = [await loginAs(one.auth), await loginAs(one.auth, { email: 'bob@example.com' })];
    expect(await statusOn(two, known.accessToken)).toBe(200);
    await one.post('/logout', {}, known.accessToken);

    reads.hold();
    const pending = statusOn(two, read.accessToken);
    await reads.hasBegun();
    await one.post('/logout', {}, read.accessToken);
    bus.eachListener((listener) => listener.onGap());
    reads.releaseReads();
    await pending;
    expect([await statusOn(two, known.accessToken), await statusOn(two, read.accessToken)]).toEqual([401, 401]);
  });

  it('carries user ids only, and nothing for a request without changes', async () => {
    const bus = new LocalBus();
    const [one] = twoProcesses(bus);
    const { accessToken, userId } = await loginAs(one.auth);
    const before = bus.published.length;
    await one.get('/me', accessToken);
    await one.post('/login', { email: 'ada@example.com', password: 'a wrong password' });
    expect(bus.published.length).toBe(before);
    await one.post('/logout', {}, accessToken);
    expect(new Set(bus.published)).toEqual(new Set([userId]));
  });

  it('is closed with auth, as is the limiter', async () => {
    const bus = new LocalBus();
    let isClosed = false;
    const limiter: RateLimiter = {
      kind: 'test',
      shared: true,
      take: () => ({ kind: 'taken', remaining: 1, nextAt: 0 }),
      close: async () => void (isClosed = true),
    };
    await createTestApp({ bus: bus.join(), throttling: { limiter } }).auth.close();
    expect([bus.closed.length, isClosed]).toEqual([1, true]);
  });
});

describe('a service that is lost and comes back', () => {
  it('is reported once in the log and once by a channel', () => {
    const heard: unknown[] = [];
    const hear = (message: unknown): void => void heard.push(message);
    subscribe('sallyport:service', hear);
    onTestFinished(() => void unsubscribe('sallyport:service', hear));
    const bus = new LocalBus();
    let tellLimiter: (isReachable: boolean) => void = () => undefined;
    const limiter: RateLimiter = {
      kind: 'test',
      shared: true,
      take: () => ({ kind: 'taken', remaining: 1, nextAt: 0 }),
      onReachable: (listener) => (tellLimiter = listener),
    };
    const { log } = createTestApp({ bus: bus.join(), throttling: { limiter } });
    log.length = 0;
    for (const isReachable of [false, true]) {
      bus.eachListener((listener) => listener.onConnection(isReachable));
      tellLimiter(isReachable);
    }
    expect(log.map(({ level, message }) => `${level}: ${message.split(':')[0]}`)).toEqual([
      'warn: the bus is not connected',
      'warn: the limiter is unreachable',
      'info: the bus is connected',
      'info: the limiter is connected',
    ]);
    expect(heard).toEqual([
      { service: 'bus', kind: 'local', isReachable: false },
      { service: 'limiter', kind: 'test', isReachable: false },
      { service: 'bus', kind: 'local', isReachable: true },
      { service: 'limiter', kind: 'test', isReachable: true },
    ]);
  });
});
