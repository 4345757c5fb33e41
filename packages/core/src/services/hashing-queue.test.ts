import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { createTestApp, PASSWORD } from '../test-kit/test-app.js';
import type { TestApp } from '../test-kit/test-app.js';
import { headerOf, toAuthRequest } from '../testing/client.js';
import { fakeClock } from '../testing/fake-clock.js';
import { hashingLimits } from './hashing-limits.js';
import type { HashingLimits } from './hashing-limits.js';
import { queueHashing } from './hashing-queue.js';
import type { HashingPlace } from './hashing-queue.js';
import { systemEnvironment } from '../ports/environment.js';
import { loginAs } from '../testing/login-as.js';
import type { PasswordHasher } from '../ports/password-hasher.js';

/** A hasher that finishes each hash on command, and counts them. */
function slowHasher() {
  const running: { readonly password: string; readonly finish: (hash: string) => void; readonly fail: (error: Error) => void }[] = [];
  const started: string[] = [];
  const work = (password: string): Promise<string> =>
    new Promise((resolve, reject) => {
      started.push(password);
      const leave = (): void => void running.splice(running.findIndex((one) => one.password === password), 1);
      running.push({
        password,
        finish: (hash) => (leave(), resolve(hash)),
        fail: (error) => (leave(), reject(error)),
      });
    });
  const hasher: PasswordHasher = {
    hash: work,
    verify: async (password) => (await work(password)) === 'yes',
    needsRehash: () => false,
    dummyHash: () => Promise.resolve('dummy'),
  };
  return { hasher, running, started };
}

const ALONE = '192.0.2.1';

/** A queue whose hashes finish on command. */
function slowQueue(limits: Partial<HashingLimits> & Pick<HashingLimits, 'concurrency'>, clock = fakeClock()) {
  const { hasher, running, started } = slowHasher();
  const queue = queueHashing(hasher, { waiting: Infinity, waitMs: 3_600_000, typicalMs: 250, ...limits }, clock);
  return {
    queue,
    running,
    started,
    clock,
    hash: (password: string, ip = ALONE, signal?: AbortSignal) => queue.hash({ password, caller: { ip, userAgent: null, signal } }),
    /** Finishes the current hash, and lets the next one begin. */
    finishOne: async (): Promise<void> => {
      await yieldToEventLoop();
      running[0]?.finish(`hash of ${running[0].password}`);
      await yieldToEventLoop();
    },
  };
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => Reflect.get(Object(error), 'code') ?? error,
  );

describe('the hashing queue', () => {
  it('F3: runs the allowed number of tasks concurrently, in order of arrival', async () => {
    const { hash, running, started } = slowQueue({ concurrency: 2, waiting: 10 });
    const all = Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((password) => hash(password)));
    for (let left = 6; left > 0; left -= 1) {
      await yieldToEventLoop();
      expect(running).toHaveLength(Math.min(left, 2));
      running[0]?.finish('hash');
    }
    await all;
    expect(started).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('F3: counts verifying and hashing together', async () => {
    const { queue, hash, running, finishOne } = slowQueue({ concurrency: 1, waiting: 10 });
    const hashing = hash('a');
    const verifying = queue.verify({ password: 'b', hash: 'hash', caller: { ip: ALONE, userAgent: null } });
    await yieldToEventLoop();
    expect(running.map(({ password }) => password)).toEqual(['a']);
    await finishOne();
    await hashing;
    running[0]?.finish('yes');
    expect(await verifying).toBe(true);
  });

  it('F3: continues after a failure', async () => {
    const { hash, running, finishOne } = slowQueue({ concurrency: 1, waiting: 10 });
    const [first, second] = [hash('a'), hash('b')];
    const failure = first.catch((error: unknown) => error);
    await yieldToEventLoop();
    running[0]?.fail(new Error('out of memory'));
    expect(await failure).toMatchObject({ message: 'out of memory' });
    await finishOne();
    expect(await second).toBe('hash of b');
  });

  it('F3: a later task never overtakes a waiting one', async () => {
    const { hash, running, started, finishOne } = slowQueue({ concurrency: 1, waiting: 10 });
    const first = hash('a');
    const second = hash('b');
    await yieldToEventLoop();
    running[0]?.finish('hash');
    // Enqueued while a slot is handed to the waiting task.
    const third = first.then(() => hash('c'));
    await first;
    await yieldToEventLoop();
    expect(running.map(({ password }) => password)).toEqual(['b']);
    await finishOne();
    await second;
    await finishOne();
    await third;
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('F3: sources take turns: a flooding source delays another by one hash, not by all of its own', async () => {
    const { hash, started, finishOne } = slowQueue({ concurrency: 1, waiting: 20 });
    const flood = Array.from({ length: 10 }, (_, at) => hash(`flood ${at}`, '203.0.113.9'));
    const others = [hash('a', '192.0.2.1'), hash('b', '192.0.2.2'), hash('a again', '192.0.2.1')];
    for (let left = 13; left > 0; left -= 1) await finishOne();
    await Promise.all([...flood, ...others]);
    expect(started.slice(0, 7)).toEqual(['flood 0', 'flood 1', 'a', 'b', 'flood 2', 'a again', 'flood 3']);
    expect(started.slice(7)).toEqual([4, 5, 6, 7, 8, 9].map((at) => `flood ${at}`));
  });

  it('F3: all of an IPv6 /64 are one source', async () => {
    const { hash, started, finishOne } = slowQueue({ concurrency: 1, waiting: 20 });
    const flood = Array.from({ length: 5 }, (_, at) => hash(`flood ${at}`, `2001:db8:1:2::${at}`));
    const other = hash('other', '2001:db8:1:3::1');
    for (let left = 6; left > 0; left -= 1) await finishOne();
    await Promise.all([...flood, other]);
    expect(started.indexOf('other')).toBe(2);
  });

  it('F3: a source that has filled the queue loses places to others, until they have the same number', async () => {
    const { hash, started, finishOne } = slowQueue({ concurrency: 1, waiting: 4 });
    const flood = Array.from({ length: 6 }, (_, at) => codeOf(hash(`flood ${at}`, '203.0.113.9')));
    const others = [hash('a 0', '192.0.2.1'), hash('a 1', '192.0.2.1'), hash('a 2', '192.0.2.1'), hash('b 0', '192.0.2.2')].map(codeOf);
    for (let left = 5; left > 0; left -= 1) await finishOne();
    expect(await Promise.all(flood)).toEqual(['done', 'done', 'OVERLOADED', 'OVERLOADED', 'OVERLOADED', 'OVERLOADED']);
    expect(await Promise.all(others)).toEqual(['done', 'done', 'OVERLOADED', 'done']);
    expect(started).toEqual(['flood 0', 'flood 1', 'a 0', 'b 0', 'a 1']);
  });

  it('F3: is bounded, and refuses with a retry time that follows from the duration of hashes', async () => {
    const { hash, running, clock, finishOne } = slowQueue({ concurrency: 1, waiting: 3 });
    const passwords = ['a', 'b', 'c', 'd'];
    const admitted = passwords.map((password) => hash(password));
    await expect(hash('e')).rejects.toMatchObject({ code: 'OVERLOADED', statusCode: 503, retryAfterSeconds: 1 });
    for (const done of admitted) {
      await clock.advance(30_000);
      await finishOne();
      await done;
    }
    // A weighted mean of recent durations: hashes of 200 ms bring it down to 200 ms again.
    const retryAfter = async (): Promise<number> => {
      const again = passwords.map((password) => hash(password));
      const refusal = await hash('e').catch((error: unknown) => error);
      for (const done of again) {
        await clock.advance(200);
        await finishOne();
        await done;
      }
      return Number(Reflect.get(Object(refusal), 'retryAfterSeconds'));
    };
    const [soon, ...later] = [await retryAfter(), await retryAfter(), await retryAfter(), await retryAfter()];
    expect(soon).toBeGreaterThan(40);
    expect(soon).toBeLessThan(60);
    for (let round = 0; round < 20; round += 1) later.push(await retryAfter());
    expect(later.toSorted((a, b) => b - a)).toEqual(later);
    expect(later.at(-1)).toBe(1);
    expect(running).toEqual([]);
  });

  it('F3: an evicted task gets such a retry time too', async () => {
    const { hash, clock, finishOne } = slowQueue({ concurrency: 1, waiting: 2 });
    const first = hash('first', '203.0.113.9');
    await clock.advance(80_000);
    await finishOne();
    await first;
    const flood = ['b', 'c', 'd'].map((password) => hash(password, '203.0.113.9'));
    const displaced = flood.pop()?.catch((error: unknown) => error);
    const other = hash('other', '192.0.2.1');
    // Two tasks wait, and this one would be the third: three times the estimated 10 seconds of a hash.
    expect(await displaced).toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 31 });
    for (let left = 3; left > 0; left -= 1) await finishOne();
    await Promise.all([...flood, other]);
  });
});

describe('the limit of the hashing queue', () => {
  it('F3: is reached if the last task would wait longer than hashWait, given recent hashes', async () => {
    const { queue, hash, clock, finishOne } = slowQueue({ concurrency: 2, waitMs: 8_000, typicalMs: 250 });
    const caller = { ip: ALONE, userAgent: null };
    const fill = (): number => {
      const places: HashingPlace[] = [];
      try {
        for (;;) places.push(queue.reserve(caller));
      } catch {
        return places.length;
      } finally {
        for (const place of places) place.release();
      }
    };
    // Two tasks that begin at once, and two for each 250 ms of the allowed wait.
    expect(fill()).toBe(2 + 64);
    for (let at = 0; at < 60; at += 1) {
      const slow = hash('slow');
      await clock.advance(1_000);
      await finishOne();
      await slow;
    }
    expect(fill()).toBe(2 + 16);
  });

  it('F3: a place is held during preparation without blocking others, and serves all hashes of a request', async () => {
    const { queue, hash, started, finishOne } = slowQueue({ concurrency: 1, waiting: 1 });
    const caller = { ip: ALONE, userAgent: null };
    const first = queue.reserve(caller);
    const second = queue.reserve(caller);
    expect(() => queue.reserve(caller)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    const begun = second.hash({ password: 'second', caller });
    const waits = first.hash({ password: 'first', caller });
    for (let left = 2; left > 0; left -= 1) await finishOne();
    await Promise.all([begun, waits]);
    first.release();
    const again = second.hash({ password: 'second again', caller });
    await finishOne();
    await again;
    second.release();
    const other = hash('other');
    await finishOne();
    await other;
    expect(started).toEqual(['second', 'first', 'second again', 'other']);
  });

  it('F3: a place that was lost to another source fails when it hashes', async () => {
    const { queue } = slowQueue({ concurrency: 1, waiting: 1 });
    const [flood, last] = [1, 2].map(() => queue.reserve({ ip: '203.0.113.9', userAgent: null }));
    const other = queue.reserve({ ip: '192.0.2.1', userAgent: null });
    await expect(last?.hash({ password: 'flood', caller: { ip: '203.0.113.9', userAgent: null } })).rejects.toMatchObject({ code: 'OVERLOADED' });
    for (const place of [flood, last, other]) place?.release();
    for (let at = 0; at < 2; at += 1) queue.reserve({ ip: '203.0.113.9', userAgent: null });
  });
});

describe('a hash of a client that has disconnected', () => {
  it('F3: is not started, and leaves the queue at once', async () => {
    const { hash, started, finishOne } = slowQueue({ concurrency: 1, waiting: 2 });
    const client = new AbortController();
    const first = hash('first');
    const left = hash('left', ALONE, client.signal);
    const second = hash('second');
    expect(await codeOf(hash('no room'))).toBe('OVERLOADED');
    client.abort();
    await expect(left).rejects.toBe(client.signal.reason);
    const third = hash('third');
    for (let rest = 3; rest > 0; rest -= 1) await finishOne();
    await Promise.all([first, second, third]);
    expect(started).toEqual(['first', 'second', 'third']);
  });

  it('F3: is not started even if the queue is empty', async () => {
    const { hash, started } = slowQueue({ concurrency: 1, waiting: 2 });
    await expect(hash('left', ALONE, AbortSignal.abort('gone'))).rejects.toBe('gone');
    expect(started).toEqual([]);
  });

  it('F3: is completed if it was already started', async () => {
    const { hash, finishOne } = slowQueue({ concurrency: 1, waiting: 2 });
    const client = new AbortController();
    const begun = hash('begun', ALONE, client.signal);
    client.abort();
    await finishOne();
    expect(await begun).toBe('hash of begun');
  });

  it('F3: removes its listener, whether it succeeds, fails or is cancelled', async () => {
    const { hash, finishOne } = slowQueue({ concurrency: 1, waiting: 1 });
    const { signal } = new AbortController();
    const listening = vi.spyOn(signal, 'addEventListener');
    const stopping = vi.spyOn(signal, 'removeEventListener');
    const all = [hash('at once', ALONE, signal), hash('waits', ALONE, signal), hash('no room', ALONE, signal)].map(codeOf);
    for (let left = 2; left > 0; left -= 1) await finishOne();
    expect(await Promise.all(all)).toEqual(['done', 'done', 'OVERLOADED']);
    expect(listening).toHaveBeenCalledTimes(1);
    expect(stopping.mock.calls.map(([, listener]) => listener)).toEqual(expect.arrayContaining(listening.mock.calls.map(([, listener]) => listener)));
  });
});

describe('over HTTP', () => {
  const login = { method: 'POST', path: '/login', body: { email: 'ada@example.com', password: PASSWORD } };

  it('F3: a full queue is 503 OVERLOADED with Retry-After; other requests are served, and nothing changes', async () => {
    const { hasher, running } = slowHasher();
    const { post, get, send, store } = createTestApp({ passwords: { hasher, hashConcurrency: 1, hashQueue: 1 } });
    const waiting = [send(login), send(login)];
    await yieldToEventLoop();
    for (const reply of [await send(login), await post('/register', { email: 'a@example.com', password: PASSWORD, name: 'A' })]) {
      expect([reply.status, reply.body.code]).toEqual([503, 'OVERLOADED']);
      expect(Number(headerOf(reply, 'Retry-After'))).toBeGreaterThanOrEqual(1);
      expect(reply.body.meta.retryAfter).toBe(Number(headerOf(reply, 'Retry-After')));
    }
    expect((await get('/health')).status).toBe(200);
    expect(store.dump()).toMatchObject({ users: [], events: [] });
    while (running.length > 0) {
      running[0]?.finish('no');
      await yieldToEventLoop();
    }
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([401, 401]);
  });

  /** A test app with a logged-in user, whose next hashes finish on command. */
  async function slowWorld() {
    const { hasher, running, started } = slowHasher();
    const made = createTestApp();
    const session = await loginAs(made.auth);
    const slow = createTestApp({ store: made.store, clock: made.clock, passwords: { hasher, hashConcurrency: 1 } });
    // Attempts are left out: the attempt of a hash in progress is already counted.
    const state = (): object => ({ ...slow.store.dump(), attempts: [] });
    const before = state();
    return { ...slow, session, running, started, isUnchanged: () => isDeepStrictEqual(state(), before) };
  }

  const linesOf = ({ log }: TestApp): readonly (readonly [string, string, unknown])[] =>
    log.map(({ level, message, fields }) => [level, message, fields['status']]);

  it('F3: a client that disconnects before its turn causes one special log line, and no change', async () => {
    const world = await slowWorld();
    const { auth, send, running, started } = world;
    const client = new AbortController();
    const first = send(login);
    await yieldToEventLoop();
    const left = auth.handle(toAuthRequest({ ...login, signal: client.signal }));
    await yieldToEventLoop();
    client.abort();
    expect(await left).toEqual({ status: 499, headers: {}, body: null });
    expect(linesOf(world)).toEqual([['http', 'client disconnected', 499]]);
    expect(world.isUnchanged()).toBe(true);
    running[0]?.finish('no');
    expect((await first).status).toBe(401);
    expect(started).toEqual([PASSWORD]);
  });

  it('F3: a client that disconnects between the two hashes of a request causes no change', async () => {
    const world = await slowWorld();
    const client = new AbortController();
    const body = { currentPassword: PASSWORD, newPassword: 'a battery of correct horses' };
    const { accessToken: token } = world.session;
    const left = world.auth.handle(toAuthRequest({ method: 'POST', path: '/password/change', token, body, signal: client.signal }));
    await yieldToEventLoop();
    client.abort();
    world.running[0]?.finish('yes');
    expect((await left).status).toBe(499);
    expect(linesOf(world)).toEqual([['http', 'client disconnected', 499]]);
    expect(world.isUnchanged()).toBe(true);
  });

  it('F3: started work is completed, including events, even if the client has disconnected', async () => {
    const world = await slowWorld();
    const client = new AbortController();
    const left = world.auth.handle(toAuthRequest({ ...login, signal: client.signal }));
    await yieldToEventLoop();
    client.abort();
    world.running[0]?.finish('no');
    expect((await left).status).toBe(401);
    expect(linesOf(world)).toEqual([['http', 'client disconnected', 401]]);
    expect(world.emitted.map(({ type }) => type)).toEqual(['login.failed']);
  });

  it('F3: a login whose client disconnects during the upgrade of its hash stops there', async () => {
    const { hasher, running } = slowHasher();
    const made = createTestApp();
    await loginAs(made.auth);
    const world = createTestApp({ store: made.store, clock: made.clock, passwords: { hasher: { ...hasher, needsRehash: () => true }, hashConcurrency: 1 } });
    const before = world.store.dump();
    const client = new AbortController();
    const left = world.auth.handle(toAuthRequest({ ...login, signal: client.signal }));
    await yieldToEventLoop();
    client.abort();
    running[0]?.finish('yes');
    expect((await left).status).toBe(499);
    expect(linesOf(world)).toEqual([['http', 'client disconnected', 499]]);
    expect(world.store.dump()).toEqual(before);
  });

  it('F3: auth.api fails with the reason of its signal', async () => {
    const { auth, running, isUnchanged } = await slowWorld();
    const client = new AbortController();
    const credentials = { email: 'ada@example.com', password: PASSWORD };
    const first = auth.api.login(credentials);
    await yieldToEventLoop();
    const second = auth.api.login(credentials, { signal: client.signal });
    await yieldToEventLoop();
    client.abort(new Error('shutting down'));
    await expect(second).rejects.toThrow('shutting down');
    expect(isUnchanged()).toBe(true);
    running[0]?.finish('no');
    await expect(first).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });
});

describe('the limits of the hashing queue', () => {
  it.each([
    { cores: 2, threads: undefined, concurrency: 2 },
    { cores: 4, threads: undefined, concurrency: 3 },
    { cores: 64, threads: undefined, concurrency: 3 },
    { cores: 8, threads: '16', concurrency: 8 },
    { cores: 8, threads: '1', concurrency: 1 },
    { cores: 8, threads: 'many', concurrency: 3 },
  ])('F3: by default runs one hash per core, but never on all of libuv’s threads: $cores, $threads → $concurrency', ({ cores, threads, concurrency }) => {
    const environment = { ...systemEnvironment, cores, variable: () => threads };
    const settings = { minLength: 8, maxLength: 128, cost: 12, maxCost: 14, peppers: [], hashConcurrency: undefined, hashQueue: undefined, hashWait: 8_000, blocklist: false, breached: undefined, hasher: undefined } as const;
    expect(hashingLimits(settings, environment)).toEqual({ concurrency, waiting: Infinity, waitMs: 8_000, typicalMs: 256 });
  });
});
