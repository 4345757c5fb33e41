import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import { routes } from '../../router/routes.js';
import type { AnyRoute } from '../../http/define-route.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import { PROVIDER_OPTIONS } from '../../test-kit/flows/providers.js';
import { createTestApp, PASSWORD, sender } from '../../test-kit/test-app.js';
import type { Reply, TestApp } from '../../test-kit/test-app.js';
import { headerOf, toAuthRequest } from '../../testing/client.js';
import { loginAs } from '../../testing/login-as.js';
import { createMemoryLimiter } from './memory-limiter.js';
import type { LimitName } from './options.js';
import { createStoreLimiter } from './store-limiter.js';

const LIMITS: Readonly<Record<LimitName, readonly [points: number, seconds: number]>> = {
  login: [30, 60],
  register: [20, 3_600],
  recovery: [20, 3_600],
  secondFactor: [30, 60],
  refresh: [300, 60],
  document: [60, 60],
  rest: [600, 60],
  guard: [12_000, 60],
};

/** The limit of each route, written independently of the routes, like their access levels. */
const EXPECTED: Readonly<Partial<Record<LimitName, readonly (keyof typeof routes)[]>>> = {
  login: [
    'login',
    'adminLogin',
    'verifyEmailLogin',
    'authenticatePasskey',
    'startProvider',
    'finishProvider',
    'finishProviderForm',
    'exchangeProviderCode',
    'reauthenticate',
    'changePassword',
    'changeEmail',
    'deleteMe',
    'resetPassword',
  ],
  register: ['register'],
  recovery: ['requestPasswordReset', 'requestVerification', 'requestEmailLogin'],
  secondFactor: [
    'setUpTwoFactor',
    'enableTwoFactor',
    'challengeTwoFactor',
    'verifyTwoFactor',
    'verifyBackupCode',
    'disableTwoFactor',
    'deleteTwoFactor',
    'registerPasskey',
  ],
  refresh: ['refresh'],
  document: ['openapi'],
};

const limitOf = (name: string): LimitName =>
  (Object.keys(LIMITS) as LimitName[]).find((limit) => EXPECTED[limit]?.some((route) => route === name)) ?? 'rest';

/** Sends requests with invalid input, so that they only count against the limit. */
async function spend({ send }: Pick<TestApp, 'send'>, { route, times, ip }: { readonly route: AnyRoute; readonly times: number; readonly ip?: string }) {
  const replies: Reply[] = [];
  for (let n = 0; n < times; n += 1) {
    replies.push(await send({ method: route.method, path: route.path.replace(':id', 'x'), body: route.method === 'GET' ? undefined : [], ip }));
  }
  return replies;
}

const isLimited = ({ body }: Reply): boolean => body.code === 'TOO_MANY_REQUESTS';

describe('rate limits by source', () => {
  it('L3: every route has its expected limit', () => {
    for (const [name, route] of Object.entries<AnyRoute>({ ...routes })) expect([name, route.limit ?? 'rest']).toEqual([name, limitOf(name)]);
  });

  it.each(Object.entries(LIMITS).filter(([name]) => name !== 'guard'))('L3: %s admits its number of points at once, and then one by one', async (name, [points, seconds]) => {
    const world = createTestApp();
    const [, route] = Object.entries<AnyRoute>({ ...routes }).find(([candidate]) => limitOf(candidate) === name) ?? [];
    if (route === undefined) throw new Error(`no route under ${name}`);
    const replies = await spend(world, { route, times: points + 2 });
    expect(replies.map(isLimited)).toEqual([...Array(points).fill(false), true, true]);
    const { status, headers, body } = replies.at(-1) ?? {};
    const everySeconds = Math.ceil(seconds / points);
    expect([status, body?.meta.retryAfter]).toEqual([429, everySeconds]);
    expect(headers).toMatchObject({
      'Retry-After': String(everySeconds),
      'RateLimit-Policy': `"${name}";q=${points};w=${seconds}`,
      RateLimit: `"${name}";r=0;t=${everySeconds}`,
    });
    expect(replies.slice(0, 2).map((reply) => headerOf(reply, 'RateLimit'))).toEqual([
      `"${name}";r=${points - 1};t=${seconds}`,
      `"${name}";r=${points - 2};t=${seconds}`,
    ]);
    await world.clock.advance((seconds / points) * 1_000);
    expect((await spend(world, { route, times: 2 })).map(isLimited)).toEqual([false, true]);
    // Limits are counted separately.
    const other = await spend(world, { route: name === 'rest' ? routes.refresh : routes.health, times: 1 });
    expect(other.map(isLimited)).toEqual([false]);
  });

  it('L3: count a source over all routes of a limit, and sources separately', async () => {
    const world = createTestApp();
    await spend(world, { route: routes.login, times: 15 });
    expect((await spend(world, { route: routes.adminLogin, times: 16 })).map(isLimited).lastIndexOf(false)).toBe(14);
    expect((await spend(world, { route: routes.login, times: 1, ip: '192.0.2.2' })).map(isLimited)).toEqual([false]);
  });

  it.each([
    ['an IPv6 address counts as its /64', '2001:db8:1:2::1', '2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:3::1'],
    ['an IPv4-mapped IPv6 address counts as the IPv4 address', '::ffff:198.51.100.7', '198.51.100.7', '::ffff:198.51.100.8'],
    ['all invalid addresses are one source', 'garbage', 'other garbage', '198.51.100.9'],
    ['a port does not make another source', '198.51.100.10:1', '198.51.100.10:65535', '198.51.100.11:1'],
  ])('L3: %s', async (_title, first, same, other) => {
    const world = createTestApp();
    await spend(world, { route: routes.login, times: 30, ip: first });
    expect((await spend(world, { route: routes.login, times: 1, ip: same })).map(isLimited)).toEqual([true]);
    expect((await spend(world, { route: routes.login, times: 1, ip: other })).map(isLimited)).toEqual([false]);
  });

  it('L3: requests without an address are one source, with a limit', async () => {
    const { auth } = createTestApp();
    const request = { ...toAuthRequest({ method: 'POST', path: '/login', body: [] }), ip: undefined };
    const statuses = [];
    for (let n = 0; n < 31; n += 1) statuses.push((await auth.handle(request)).status);
    expect(statuses).toEqual([...Array(30).fill(400), 429]);
  });

  it('L3: a limited request is neither read nor checked, and changes nothing', async () => {
    const world = createTestApp();
    const { accessToken } = await loginAs(world.auth);
    await spend(world, { route: routes.login, times: 30 });
    const before = world.store.dump();
    let isRead = false;
    const request = toAuthRequest({ method: 'POST', path: '/reauthenticate', token: accessToken, body: { password: PASSWORD } });
    const reply = await world.auth.handle({ ...request, readBody: (max) => ((isRead = true), request.readBody(max)) });
    expect([reply.status, isRead]).toEqual([429, false]);
    expect(world.store.dump()).toEqual(before);
  });

  it('L3: a page of another site cannot use up its visitor’s limit', async () => {
    const world = createTestApp({ transport: 'cookie', baseUrl: 'https://example.com' });
    const post = (origin: string) => world.send({ method: 'POST', path: '/login', body: {}, headers: { origin } });
    for (let n = 0; n < 40; n += 1) expect((await post('https://evil.example')).body.code).toBe('ORIGIN_NOT_TRUSTED');
    expect((await post('https://example.com')).body.code).toBe('VALIDATION_FAILED');
  });

  it('L3: apply without HTTP only to callers with an address', async () => {
    const { auth } = createTestApp();
    const refresh = (ip?: string) => auth.api.refresh({ refreshToken: 'sp_rt_x' }, { ip }).catch((error: unknown) => Reflect.get(Object(error), 'code'));
    for (let n = 0; n < 300; n += 1) expect(await refresh('192.0.2.1')).toBe('INVALID_REFRESH_TOKEN');
    expect(await refresh('192.0.2.1')).toBe('TOO_MANY_REQUESTS');
    for (let n = 0; n < 301; n += 1) expect(await refresh()).toBe('INVALID_REFRESH_TOKEN');
  });

  it('L3: no more requests pass if they are concurrent', async () => {
    const world = createTestApp();
    const replies = await Promise.all(Array.from({ length: 80 }, () => world.post('/login', [])));
    expect(replies.filter((reply) => !isLimited(reply))).toHaveLength(30);
  });

  it('L3: the application can set limits by name', async () => {
    const world = createTestApp({ throttling: { limits: { login: { points: 2, window: '10s' } } } });
    const replies = await spend(world, { route: routes.login, times: 3 });
    expect(replies.map(isLimited)).toEqual([false, false, true]);
    expect(replies.map((reply) => headerOf(reply, 'RateLimit-Policy'))).toEqual(Array(3).fill('"login";q=2;w=10'));
    expect((await spend(world, { route: routes.refresh, times: 1 })).map((reply) => headerOf(reply, 'RateLimit-Policy'))).toEqual([
      '"refresh";q=300;w=60',
    ]);
  });

  it.each([{ enabled: false }, { source: false }])('L3: are off with %j', async (throttling) => {
    const world = createTestApp({ throttling });
    const replies = await spend(world, { route: routes.login, times: 40 });
    expect(replies.some((reply) => isLimited(reply) || headerOf(reply, 'RateLimit-Policy') !== undefined)).toBe(false);
    expect(/ratelimit/i.test(JSON.stringify(world.auth.openapi().paths))).toBe(false);
  });

  it('L3: are shared between processes if the limiter is', async () => {
    const one = createTestApp();
    const limiter = createStoreLimiter(one.store);
    const processes = [1, 2].map(() => ({ send: sender(createAuth({ ...one.config, throttling: { limiter } })) }));
    const [first, second] = processes;
    if (first === undefined || second === undefined) throw new Error('there are two');
    await spend(first, { route: routes.login, times: 20 });
    expect((await spend(second, { route: routes.login, times: 11 })).map(isLimited).indexOf(true)).toBe(10);
    // No address leaves the process in plain text.
    expect(JSON.stringify(one.store.dump()['rateLimits'])).not.toContain('192.0.2');
  });

  it('L3: do not apply while the limiter fails, which is logged', async () => {
    const broken: RateLimiter = { kind: 'broken', shared: true, take: () => Promise.reject(new Error('at 192.0.2.1')) };
    const world = createTestApp({ throttling: { limiter: broken } });
    const replies = await spend(world, { route: routes.login, times: 40 });
    expect(replies.some(isLimited)).toBe(false);
    // At most one line a minute, so that the log does not grow with each request.
    await world.clock.advance(60_000);
    await spend(world, { route: routes.login, times: 1 });
    expect(world.log.filter(({ level }) => level === 'error').map(({ fields }) => fields['failures'])).toEqual([1, 40]);
    expect(JSON.stringify(world.log)).not.toContain('192.0.2.1');
  });

  it('limiters state their kind, and whether they are shared', () => {
    expect([createMemoryLimiter(), createStoreLimiter(createTestApp().store)].map(({ kind, shared }) => [kind, shared])).toEqual([
      ['memory', false],
      ['store', true],
    ]);
  });
});

describe('the OpenAPI document', () => {
  it('L3: states the limit of every route, and the response if it is exceeded', () => {
    const { paths } = createTestApp({ ...PROVIDER_OPTIONS, throttling: { limits: { login: { points: 5, window: '1500ms' } } } }).auth.openapi();
    for (const [name, route] of Object.entries<AnyRoute>({ ...routes })) {
      const limit = limitOf(name);
      const [points, windowSeconds] = limit === 'login' ? [5, 2] : LIMITS[limit];
      const limited = { RateLimit: expect.anything(), 'RateLimit-Policy': expect.anything() };
      expect(paths[route.path.replace(/:(\w+)/, '{$1}')]?.[route.method.toLowerCase()]).toMatchObject({
        'x-ratelimit': { name: limit, points, windowSeconds },
        responses: {
          [route.status]: { headers: limited },
          429: { description: expect.stringContaining('TOO_MANY_REQUESTS'), headers: { ...limited, 'Retry-After': expect.anything() } },
        },
      });
    }
  });
});
