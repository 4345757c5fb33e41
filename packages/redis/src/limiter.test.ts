import { createClient } from '@redis/client';
import { ConfigError } from '@sallyport/core';
import type { RateLimiter, RateOutcome } from '@sallyport/core';
import { describeLimiterContract } from '@sallyport/core/testing';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRedisLimiter } from './index.js';
import type { RedisLimiterOptions } from './index.js';
import { startProxy } from './test-kit/proxy.js';
import { aPrefix, redisUrl } from './test-kit/real-redis.js';
import { until } from './test-kit/until.js';
import { WRONG_SOURCES } from './test-kit/wrong-sources.js';

const LOGIN = { name: 'login', points: 30, windowMs: 60_000 } as const;
const url = redisUrl ?? '';
/** A long timeout for tests that are not about time, since the machine may be busy. */
const PATIENT = { timeoutMs: 10_000 } as const;

function open(options: RedisLimiterOptions = {}, at: string = url): RateLimiter {
  const limiter = createRedisLimiter({ url: at }, { prefix: aPrefix(), ...PATIENT, ...options });
  onTestFinished(() => limiter.close?.());
  return limiter;
}

const hit = async (limiter: RateLimiter, key = 'source'): Promise<RateOutcome> => limiter.take({ ...LOGIN, key, now: Date.now() });

/** The outcome of a hit. `REDIS_OFFLINE` is immediate, `REDIS_TIMEOUT` comes after a wait. */
const outcomeOf = async (limiter: RateLimiter): Promise<string> =>
  hit(limiter).then(
    ({ kind }) => kind,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

const isCounted = async (limiter: RateLimiter): Promise<boolean> => hit(limiter).then(() => true, () => false);

describe.runIf(redisUrl !== null)('the limiter in Redis', () => {
  const prefix = aPrefix();
  describeLimiterContract(
    'the limiter in Redis with a URL',
    async () => {
      const limiter = createRedisLimiter({ url }, { prefix, ...PATIENT });
      return { limiter, close: async () => limiter.close?.() };
    },
    { describe, it },
  );

  describeLimiterContract(
    'the limiter in Redis with the application’s @redis/client',
    async () => {
      const client = await createClient({ url }).connect();
      return { limiter: createRedisLimiter({ client }, { prefix, ...PATIENT }), close: async () => client.destroy() };
    },
    { describe, it },
  );

  describeLimiterContract(
    'the limiter in Redis with the application’s ioredis',
    async () => {
      const client = new Redis(url);
      return { limiter: createRedisLimiter({ client }, { prefix, ...PATIENT }), close: async () => client.disconnect() };
    },
    { describe, it },
  );

  it('L3: allows no more hits through many processes than through one', async () => {
    const shared = aPrefix();
    const limiters = Array.from({ length: 4 }, () => open({ prefix: shared }));
    const now = Date.now();
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => limiters[n % 4]?.take({ ...LOGIN, key: 'attacker', now })),
    );
    expect(outcomes.filter((outcome) => outcome?.kind === 'taken').length).toBe(30);
  });

  it('L3: keeps one key per source and limit, which expires', async () => {
    const client = await createClient({ url }).connect();
    onTestFinished(() => client.destroy());
    const own = aPrefix();
    const limiter = open({ prefix: own });
    for (let n = 0; n < 40; n += 1) await hit(limiter);
    const keys = await client.keys(`${own}*`);
    expect(keys).toEqual([`${own}limit:login:source`]);
    const [key = ''] = keys;
    const expiresIn = await client.pTTL(key);
    // When all hits have expired, plus a minute for clock differences.
    expect(expiresIn).toBeGreaterThan(60_000);
    expect(expiresIn).toBeLessThanOrEqual(120_000);
    expect(await client.memoryUsage(key)).toBeLessThan(300);
  });

  it('works after Redis has dropped the cached script', async () => {
    const client = await createClient({ url }).connect();
    onTestFinished(() => client.destroy());
    const limiter = open();
    await hit(limiter);
    await client.scriptFlush();
    expect((await hit(limiter)).remaining).toBe(28);
  });

  it('fails if the key holds another value, and does not repeat the error of Redis', async () => {
    const client = await createClient({ url }).connect();
    onTestFinished(() => client.destroy());
    const own = aPrefix();
    await client.set(`${own}limit:login:source`, 'canary', { PX: 5_000 });
    const error: unknown = await hit(open({ prefix: own })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RedisUnavailableError', code: 'REDIS_FAILED' });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/canary|limit:|source/);
  });

  it('reports whether Redis is reachable', async () => {
    expect(await open().inspect?.()).toEqual({ kind: 'ok' });
    expect(await open({}, 'redis://127.0.0.1:1').inspect?.()).toEqual({ kind: 'unreachable' });
  });

  it('fails at once while Redis is down, reports that once, and counts again when Redis is back', async () => {
    const proxy = await startProxy(url);
    const limiter = open({}, proxy.url);
    const heard: boolean[] = [];
    limiter.onReachable?.((isReachable) => heard.push(isReachable));
    expect((await hit(limiter)).kind).toBe('taken');
    proxy.cut();
    await until(async () => !(await isCounted(limiter)));
    const begun = performance.now();
    for (let n = 0; n < 50; n += 1) expect(await outcomeOf(limiter)).toBe('REDIS_OFFLINE');
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(heard).toEqual([true, false]);
    proxy.heal();
    await until(() => isCounted(limiter));
    expect(heard).toEqual([true, false, true]);
  });

  it('delays only five requests if Redis hangs, each for at most the timeout', async () => {
    const proxy = await startProxy(url);
    const limiter = open({ timeoutMs: 200 }, proxy.url);
    await hit(limiter);
    proxy.hang();
    const begun = performance.now();
    const outcomes: string[] = [];
    for (let n = 0; n < 40; n += 1) outcomes.push(await outcomeOf(limiter));
    expect(outcomes.filter((outcome) => outcome !== 'REDIS_OFFLINE')).toEqual(Array.from({ length: 5 }, () => 'REDIS_TIMEOUT'));
    expect(performance.now() - begun).toBeLessThan(4_000);
    // Later concurrent commands do not wait.
    const atOnce = await Promise.all(Array.from({ length: 5_000 }, () => outcomeOf(limiter)));
    expect(new Set(atOnce)).toEqual(new Set(['REDIS_OFFLINE']));
    proxy.heal();
    await until(() => isCounted(limiter));
  });

  it('limits the pending commands if the application’s client hangs', async () => {
    const proxy = await startProxy(url);
    const client = await createClient({ url: proxy.url }).on('error', () => undefined).connect();
    onTestFinished(() => client.destroy());
    let sent = 0;
    const counting = {
      evalSha: (...args: Parameters<typeof client.evalSha>) => {
        sent += 1;
        return client.evalSha(...args);
      },
      eval: client.eval.bind(client),
      ping: () => client.ping(),
      info: (section: string) => client.info(section),
    };
    const limiter = createRedisLimiter({ client: counting }, { prefix: aPrefix(), timeoutMs: 50 });
    await hit(limiter);
    proxy.hang();
    // More concurrent commands than are allowed.
    const results = await Promise.all(Array.from({ length: 12_000 }, () => outcomeOf(limiter)));
    expect(sent).toBe(1 + 10_000);
    expect(results.filter((outcome) => outcome === 'REDIS_BUSY').length).toBe(2_000);
    expect(await outcomeOf(limiter)).toBe('REDIS_OFFLINE');
    proxy.heal();
    await until(() => isCounted(limiter));
  });

  it('while Redis is down, counts in memory with "local" and refuses with "closed"', async () => {
    const away = 'redis://127.0.0.1:1';
    const local = open({ whenUnavailable: 'local' }, away);
    const passed = await Promise.all(Array.from({ length: 40 }, () => hit(local)));
    expect(passed.filter(({ kind }) => kind === 'taken').length).toBe(30);
    expect(await hit(open({ whenUnavailable: 'closed' }, away))).toMatchObject({ kind: 'refused', remaining: 0 });
  });
});

describe('createRedisLimiter', () => {
  it('names every invalid option at once, and does not repeat the password', () => {
    const make = (): unknown =>
      createRedisLimiter({ url: 'http://:canary@localhost' }, { prefix: 'a b', timeoutMs: 0, whenUnavailable: 'shut' as 'open' });
    expect(make).toThrow(/createRedisLimiter cannot start:\n.*whenUnavailable.*\n.*url.*\n.*prefix.*\n.*timeoutMs/);
    expect(make).not.toThrow(/canary/);
    expect(() => createRedisLimiter({ url: undefined })).toThrow(/url/);
  });

  it.each(WRONG_SOURCES)('says what is wrong if it is given %j', (source, fault) => {
    const make = (): unknown => createRedisLimiter(source as never);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(`createRedisLimiter cannot start:\n  - ${fault}`);
    expect(make).not.toThrow('CANARY');
  });

  it.each([null, 'open', 7])('says what is wrong if its options are %j', (options) => {
    const make = (): unknown => createRedisLimiter({ url: 'redis://localhost' }, options as never);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow('createRedisLimiter cannot start:\n  - options: must be an object');
    expect(() => createRedisLimiter({ url: 'redis://localhost' }, { prefix: 7 as never })).toThrow('- prefix: must be');
  });
});
