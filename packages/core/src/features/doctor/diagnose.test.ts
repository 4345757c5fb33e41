import { testContext } from '../../test-kit/test-context.js';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AuthConfig } from '../../auth-config.js';
import { createAuth } from '../../create-auth.js';
import type { Bus } from '../../ports/bus.js';
import { consoleNotifier } from '../../ports/console-notifier.js';
import { DeliveryError } from '../../ports/notifier.js';
import type { Environment } from '../../ports/environment.js';
import type { PasswordHasher } from '../../ports/password-hasher.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import type { ServiceCondition } from '../../ports/service-condition.js';
import type { AuthStore, StoreStatus } from '../../ports/store/store.js';
import { createTestApp } from '../../test-kit/test-app.js';
import { aMessage } from '../../testing/builders.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { inbox } from '../../testing/inbox.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import { checkHashing } from './check-hashing.js';
import type { Finding, FindingId } from './finding.js';

const random = (): string => randomBytes(32).toString('base64');
const SECRET = random();

const hasher = (verify: () => void = () => undefined): PasswordHasher => ({
  hash: async () => 'hash',
  verify: async () => (verify(), false),
  needsRehash: () => false,
  dummyHash: async () => 'dummy',
});

const LIMITER: RateLimiter = {
  kind: 'store',
  shared: true,
  take: () => ({ kind: 'taken', remaining: 1, nextAt: 0 }),
};

const OUTDATED: ServiceCondition = { kind: 'outdated', version: '5.0.14', minimum: '6.2' };

const aBus = (condition: ServiceCondition): Bus => ({
  kind: 'test',
  publish: () => undefined,
  subscribe: () => undefined,
  inspect: async () => condition,
  close: async () => undefined,
});

const withLimiter = (condition: ServiceCondition): Partial<AuthConfig> => ({
  throttling: { limiter: { ...LIMITER, inspect: async () => condition } },
});

/** A configuration without problems, even in production. */
const sound = (): AuthConfig => ({
  secret: SECRET,
  store: createMemoryStore(),
  clock: fakeClock(),
  notifier: inbox(),
  passwords: { hasher: hasher() },
  throttling: { limiter: LIMITER },
  logger: false,
  maintenance: false,
});

const diagnose = async (config: Partial<AuthConfig>): Promise<readonly Finding[]> => {
  const auth = createAuth({ ...sound(), ...config });
  const findings = await auth.doctor();
  await auth.close();
  return findings;
};
const idsOf = async (config: Partial<AuthConfig>): Promise<FindingId[]> => (await diagnose(config)).map(({ id }) => id);

const inProduction = (): void => void vi.stubEnv('NODE_ENV', 'production');
afterEach(() => void vi.unstubAllEnvs());

const inspected = (condition: Partial<StoreStatus>): AuthStore => ({
  ...createMemoryStore(),
  inspect: async () => ({ now: fakeClock().now(), pendingMigrations: [], unknownMigrations: [], ...condition }),
});

const withMessages = async (...messages: Parameters<typeof aMessage>): Promise<AuthStore> => {
  const store = createMemoryStore();
  // Lease the messages for another process, so that this one does not send them.
  for (const fields of messages) await store.outbox.insert(aMessage(fields));
  return store;
};

describe('doctor', () => {
  it('finds no problem in a correct configuration, in production or not', async () => {
    const config = { transport: 'cookie', baseUrl: 'https://example.com', urls: { passwordReset: 'https://example.com/reset' } } as const;
    expect(await diagnose({})).toEqual([]);
    inProduction();
    expect(await diagnose(config)).toEqual([]);
    expect(await diagnose({ registration: { adminPassword: random() }, passwords: { hasher: hasher(), pepper: [random(), random()] } })).toEqual([]);
  });

  it.each<readonly [FindingId, Partial<AuthConfig>, Partial<AuthConfig>]>([
    ['secret-guessable', { secret: 'change me, change me, change me, change me' }, { secret: random() }],
    ['secret-guessable', { secret: [SECRET, 'x'.repeat(40)] }, { secret: [SECRET, random()] }],
    ['secret-guessable', { passwords: { hasher: hasher(), pepper: 'y'.repeat(32) } }, { passwords: { hasher: hasher(), pepper: random() } }],
    ['secret-shared', { passwords: { hasher: hasher(), pepper: SECRET } }, { passwords: { hasher: hasher(), pepper: random() } }],
    ['secret-shared', { registration: { adminPassword: SECRET.slice(0, 20) } }, { registration: { adminPassword: random() } }],
    ['secret-shared', { secret: [SECRET, SECRET] }, { secret: [SECRET, random()] }],
    ['admin-password-guessable', { registration: { adminPassword: 'administrator' } }, { registration: { adminPassword: random() } }],
    ['base-url-without-tls', { baseUrl: 'http://example.com' }, { baseUrl: 'http://localhost:5500' }],
    ['cookie-without-tls', { transport: 'cookie', baseUrl: 'http://example.com' }, { transport: 'cookie', baseUrl: 'https://localhost:5500' }],
    ['cookie-not-secure', { transport: 'cookie', baseUrl: 'http://localhost:5500' }, { transport: 'cookie', baseUrl: 'https://localhost:5500' }],
    [
      'cookie-without-tls',
      { transport: 'cookie', baseUrl: 'https://localhost', trustedOrigins: ['http://app.example.com'] },
      { transport: 'bearer', baseUrl: 'http://localhost', trustedOrigins: ['http://app.example.com'] },
    ],
    ['link-without-tls', { urls: { invitation: 'http://example.com/join' } }, { urls: { invitation: 'http://127.0.0.1:3000/join' } }],
    ['not-production', { baseUrl: 'https://example.com' }, { baseUrl: 'https://localhost' }],
    ['store-too-old', { store: inspected({ pendingMigrations: ['0007_more'] }) }, { store: inspected({}) }],
    ['store-unsupported', { store: inspected({ unsupported: 'PostgreSQL 12 is older than 13' }) }, { store: inspected({}) }],
    ['store-too-new', { store: inspected({ unknownMigrations: ['0099_future'] }) }, { store: inspected({}) }],
    ['clock-skewed', { store: inspected({ now: fakeClock().now() - 30_001 }) }, { store: inspected({ now: fakeClock().now() + 30_000 }) }],
    ['clock-skewed', { store: inspected({ now: fakeClock().now() + 30_001 }) }, { store: inspected({ now: fakeClock().now() - 30_000 }) }],
    ['limiter-not-shared', { bus: aBus({ kind: 'ok' }), throttling: {} }, { bus: aBus({ kind: 'ok' }) }],
    ['bus-not-connected', { bus: aBus({ kind: 'unreachable' }) }, { bus: aBus({ kind: 'ok' }) }],
    ['service-outdated', { bus: aBus(OUTDATED) }, { bus: aBus({ kind: 'ok' }) }],
    ['limiter-unreachable', withLimiter({ kind: 'unreachable' }), withLimiter({ kind: 'ok' })],
    ['service-outdated', withLimiter(OUTDATED), withLimiter({ kind: 'ok' })],
    ['hash-cost-low', { passwords: { cost: 9 } }, { passwords: { cost: 10 } }],
  ])('%s: is reported, and is gone after the fix', async (id, wrong, right) => {
    expect(await idsOf(wrong)).toEqual([id]);
    expect(await idsOf(right)).toEqual([]);
  });

  it.each<readonly [FindingId, Partial<AuthConfig>, Partial<AuthConfig>]>([
    ['console-notifier', { notifier: consoleNotifier() }, {}],
    ['limiter-not-shared', { throttling: {} }, { throttling: { source: false } }],
    ['throttling-off', { throttling: { enabled: false, limiter: LIMITER } }, { throttling: { limiter: LIMITER } }],
    ['base-url-without-tls', { baseUrl: 'http://localhost:5500' }, { baseUrl: 'https://example.com' }],
    ['link-without-tls', { urls: { passwordReset: 'http://localhost/reset' } }, { urls: { passwordReset: 'https://example.com/reset' } }],
  ])('%s: is reported in production with this configuration, and not otherwise', async (id, wrong, right) => {
    expect(await idsOf(wrong)).toEqual([]);
    inProduction();
    expect(await idsOf(wrong)).toEqual([id]);
    expect(await idsOf(right)).toEqual([]);
  });

  it('hash-slow: is reported if a hash takes more than a second, but not at one second', async () => {
    const clock = fakeClock();
    const takes = (ms: number) => ({ clock, passwords: { hasher: hasher(() => clock.set(clock.now() + ms)) } });
    expect(await idsOf(takes(1_001))).toEqual(['hash-slow']);
    expect(await idsOf(takes(1_000))).toEqual([]);
  });

  it('hash-threads-few: is reported if libuv has fewer threads than cores, but not with one more', async () => {
    const { config } = createTestApp();
    const found = async (threads: string | undefined): Promise<FindingId[]> => {
      const environment: Environment = {
        cores: 8,
        variable: (name) => (name === 'NODE_ENV' ? 'production' : name === 'UV_THREADPOOL_SIZE' ? threads : undefined),
        uptimeSeconds: () => 0,
        memory: () => ({ usedBytes: 0, totalBytes: 0 }),
      };
      const replaced = { environment, hasher: { ...hasher(), check: async () => undefined, hash: async () => '', verify: async () => false, reserve: () => expect.fail() } };
      const context = testContext({ clock: config.clock, passwords: { hasher: hasher(), cost: 12 } }, replaced);
      return (await checkHashing(context)).map(({ id }) => id);
    };
    expect([await found(undefined), await found('8'), await found('9')]).toEqual([['hash-threads-few'], ['hash-threads-few'], []]);
  });

  it('store-unreachable: is reported if the database fails or does not answer, but not if it answers', async () => {
    const failing = { ...createMemoryStore(), ping: async () => Promise.reject(new Error('CANARY')) };
    const broken = { ...createMemoryStore(), inspect: async () => Promise.reject(new Error('CANARY')) };
    for (const store of [failing, broken]) expect(await idsOf({ store })).toEqual(['store-unreachable']);
    const clock = fakeClock();
    const silent = createAuth({ ...sound(), clock, store: { ...createMemoryStore(), ping: () => new Promise(() => undefined) } });
    const diagnosis = silent.doctor();
    await clock.advance(0);
    await clock.advance(2_000);
    expect((await diagnosis).map(({ id }) => id)).toEqual(['store-unreachable']);
  });

  it('outbox-stuck: is reported if a message has been due for more than ten minutes', async () => {
    const clock = fakeClock();
    const due = (ago: number) => ({ clock, store: withMessages({ nextAttemptAt: clock.now() - ago }) });
    const found = async ({ store }: ReturnType<typeof due>) => idsOf({ clock, store: { ...(await store), outbox: withoutLeasing((await store).outbox) } });
    expect(await found(due(600_001))).toEqual(['outbox-stuck']);
    expect(await found(due(600_000))).toEqual([]);
  });

  it('notifier-refused: is reported for two hours after a provider refused the sender, in any process', async () => {
    const [store, clock] = [createMemoryStore(), fakeClock()];
    const mail = inbox();
    mail.fail(new DeliveryError('no', { code: 'RESEND_403', misconfigured: true }));
    const server = createAuth({ ...sound(), store, clock, notifier: mail });
    await server.createUser({ email: 'ada@example.com', password: 'seven violet otters', name: 'Ada', emailVerified: true });
    await server.api.requestPasswordReset({ email: 'ada@example.com' }, {});
    await mail.settled();
    const doctor = createAuth({ ...sound(), store, clock, delivery: false });
    const found = async (): Promise<FindingId[]> => (await doctor.doctor()).map(({ id }) => id);
    expect(await found()).toEqual(['notifier-refused']);
    mail.recover();
    await clock.advance(121 * 60_000);
    expect(await found()).toEqual([]);
    await server.close();
  });

  it('outbox-given-up: is reported for seven days after a message was given up', async () => {
    const clock = fakeClock();
    const week = 7 * 24 * 3_600_000;
    const [recent, old] = [await withMessages({ deadAt: clock.now() - week + 1 }), await withMessages({ deadAt: clock.now() - week })];
    expect((await diagnose({ clock, store: recent }))[0]).toMatchObject({ id: 'outbox-given-up', problem: '1 message was given up within seven days' });
    expect(await idsOf({ clock, store: old })).toEqual([]);
  });

  it.each([
    ['10.0.0.7', '203.0.113.9', true],
    ['::ffff:172.18.0.1', '203.0.113.9, 10.1.1.1', true],
    ['fd00::7', '2001:db8::9', true],
    // The proxy is trusted: the address comes from the header.
    ['203.0.113.9', '203.0.113.9', false],
    ['::ffff:192.168.1.4', '192.168.1.4', false],
    // Sent by a client without a proxy in front.
    ['203.0.113.9', '10.0.0.1', false],
    ['10.0.0.7', undefined, false],
    // The host has no address, as over a unix socket, and the header does not count.
    [undefined, '203.0.113.9', true],
    [undefined, undefined, false],
  ])('proxy-not-trusted: for a request of %s that was forwarded for %s, reports %s', async (ip, forwardedFor, expected) => {
    const { auth, send } = createTestApp({ secret: SECRET, passwords: { hasher: hasher() } });
    expect((await auth.doctor()).map(({ id }) => id)).toEqual([]);
    const asked = { path: '/health', ...(forwardedFor !== undefined && { headers: { 'x-forwarded-for': forwardedFor } }) };
    // The test client has an address by default.
    await (ip === undefined ? auth.handle({ ...bareRequest, header: (name) => (name === 'x-forwarded-for' ? forwardedFor : undefined) }) : send({ ...asked, ip }));
    expect((await auth.doctor()).map(({ id }) => id)).toEqual(expected ? ['proxy-not-trusted'] : []);
  });

  it('G2: reports errors first, and repeats no secret', async () => {
    inProduction();
    const canaries = { secret: 'CANARY secret CANARY secret CANARY secret', adminPassword: 'CANARY-secret' };
    const findings = await diagnose({
      secret: canaries.secret,
      registration: { adminPassword: canaries.adminPassword },
      store: inspected({ unknownMigrations: ['0099_future'] }),
      urls: { passwordReset: 'http://example.com/CANARY' },
      passwords: { hasher: hasher(), pepper: canaries.secret },
    });
    expect(JSON.stringify(findings)).not.toContain('CANARY');
    expect(findings.length).toBeGreaterThan(4);
    expect(findings.map(({ severity }) => severity)).toEqual([...findings.slice(1).map(() => 'error'), 'warning']);
    for (const { problem, remedy } of findings) expect([problem.length, remedy.length].every((length) => length > 20)).toBe(true);
  });
});

const bareRequest = { method: 'GET', path: '/health', query: '', mount: '/auth', ip: undefined, readBody: async () => ({ kind: 'too-large' as const }) };

/** An outbox whose messages no worker can lease. */
function withoutLeasing(outbox: AuthStore['outbox']): AuthStore['outbox'] {
  return {
    insert: (message) => outbox.insert(message),
    list: (userId) => outbox.list(userId),
    lease: async () => [],
    release: async () => false,
    nextDue: () => outbox.nextDue(),
    countDead: async (since) => outbox.countDead?.(since) ?? 0,
  };
}
