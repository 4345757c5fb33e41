import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createWorld, PASSWORD } from '../../test-kit/world.js';
import { headerOf } from '../../testing/client.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { hashingLimits, queueHashing } from './hashing-queue.js';
import { systemEnvironment } from '../../ports/environment.js';
import type { PasswordHasher } from '../../ports/password-hasher.js';

/** A hasher that works until it is told to finish, and keeps count. */
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

describe('the hashing queue', () => {
  it('F3: runs as many at once as it may and no more, first come, first served', async () => {
    const { hasher, running, started } = slowHasher();
    const queue = queueHashing(hasher, { concurrency: 2, waiting: 10 }, fakeClock());
    const all = Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((password) => queue.hash(password)));
    for (let left = 6; left > 0; left -= 1) {
      await turnOfTheLoop();
      expect(running).toHaveLength(Math.min(left, 2));
      running[0]?.finish('hash');
    }
    await all;
    expect(started).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('F3: counts verifying and hashing together', async () => {
    const { hasher, running } = slowHasher();
    const queue = queueHashing(hasher, { concurrency: 1, waiting: 10 }, fakeClock());
    const hashing = queue.hash('a');
    const verifying = queue.verify('b', 'hash');
    await turnOfTheLoop();
    expect(running.map(({ password }) => password)).toEqual(['a']);
    running[0]?.finish('hash');
    await hashing;
    await turnOfTheLoop();
    running[0]?.finish('yes');
    expect(await verifying).toBe(true);
  });

  it('F3: goes on after a failure', async () => {
    const { hasher, running } = slowHasher();
    const queue = queueHashing(hasher, { concurrency: 1, waiting: 10 }, fakeClock());
    const [first, second] = [queue.hash('a'), queue.hash('b')];
    const failure = first.catch((error: unknown) => error);
    await turnOfTheLoop();
    running[0]?.fail(new Error('out of memory'));
    expect(await failure).toMatchObject({ message: 'out of memory' });
    await turnOfTheLoop();
    running[0]?.finish('hash of b');
    expect(await second).toBe('hash of b');
  });

  it('F3: nobody who comes later slips in between', async () => {
    const { hasher, running, started } = slowHasher();
    const queue = queueHashing(hasher, { concurrency: 1, waiting: 10 }, fakeClock());
    const first = queue.hash('a');
    const second = queue.hash('b');
    await turnOfTheLoop();
    running[0]?.finish('hash');
    // In the very moment in which the place is passed on.
    const third = first.then(() => queue.hash('c'));
    await first;
    await turnOfTheLoop();
    expect(running.map(({ password }) => password)).toEqual(['b']);
    running[0]?.finish('hash');
    await second;
    await turnOfTheLoop();
    running[0]?.finish('hash');
    await third;
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('F3: is bounded, and says past its end when to come back, by the time that hashes take', async () => {
    const { hasher, running } = slowHasher();
    const clock = fakeClock();
    const queue = queueHashing(hasher, { concurrency: 1, waiting: 3 }, clock);
    const admitted = ['a', 'b', 'c', 'd'].map((password) => queue.hash(password));
    await expect(queue.hash('e')).rejects.toMatchObject({ code: 'OVERLOADED', statusCode: 503, retryAfterSeconds: 1 });
    for (let done = 0; done < 4; done += 1) {
      await clock.advance(30_000);
      running[0]?.finish('hash');
      await admitted[done];
      await turnOfTheLoop();
    }
    const again = ['a', 'b', 'c', 'd'].map((password) => queue.hash(password));
    const refusal = await queue.hash('e').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'OVERLOADED' });
    expect(Reflect.get(Object(refusal), 'retryAfterSeconds')).toBeGreaterThan(20);
    for (const hash of again) {
      running[0]?.finish('hash');
      await hash;
      await turnOfTheLoop();
    }
  });

  it('F3: over HTTP is 503 OVERLOADED with Retry-After, while other requests are answered, and nothing is changed', async () => {
    const { hasher, running } = slowHasher();
    const { post, get, store } = createWorld({ passwords: { hasher, hashConcurrency: 1, hashQueue: 1 } });
    const login = () => post('/login', { email: 'ada@example.com', password: PASSWORD });
    const waiting = [login(), login()];
    await turnOfTheLoop();
    for (const reply of [await login(), await post('/register', { email: 'a@example.com', password: PASSWORD, name: 'A' })]) {
      expect([reply.status, reply.body.code]).toEqual([503, 'OVERLOADED']);
      expect(Number(headerOf(reply, 'Retry-After'))).toBeGreaterThanOrEqual(1);
      expect(reply.body.meta.retryAfter).toBe(Number(headerOf(reply, 'Retry-After')));
    }
    expect((await get('/health')).status).toBe(200);
    expect(store.dump()).toMatchObject({ users: [], events: [] });
    while (running.length > 0) {
      running[0]?.finish('no');
      await turnOfTheLoop();
    }
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([401, 401]);
  });

  it.each([
    { cores: 2, threads: undefined, concurrency: 2 },
    { cores: 4, threads: undefined, concurrency: 3 },
    { cores: 64, threads: undefined, concurrency: 3 },
    { cores: 8, threads: '16', concurrency: 8 },
    { cores: 8, threads: '1', concurrency: 1 },
    { cores: 8, threads: 'many', concurrency: 3 },
  ])('F3: by default runs one a core, but never on all of libuv’s threads: $cores, $threads → $concurrency', ({ cores, threads, concurrency }) => {
    const environment = { ...systemEnvironment, cores, variable: () => threads };
    const settings = { minLength: 8, maxLength: 128, cost: 12, maxCost: 14, peppers: [], hashConcurrency: undefined, hashQueue: undefined, blocklist: false, breached: undefined, hasher: undefined } as const;
    expect(hashingLimits(settings, environment)).toEqual({ concurrency, waiting: 32 * cores });
  });
});
