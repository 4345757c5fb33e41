import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import { ADA, createAdaWorld, createMailTestApp, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { medianMs } from '../../test-kit/median.js';
import { ADMIN_PASSWORD, createTestApp, PASSWORD, sender } from '../../test-kit/test-app.js';
import type { Reply, TestApp } from '../../test-kit/test-app.js';
import { headerOf } from '../../testing/client.js';
import { failingStore } from '../../testing/failing-store.js';
import { loginAs } from '../../testing/login-as.js';
import type { LoggedIn } from '../../testing/login-as.js';
import { createBcryptHasher } from '../passwords/bcrypt-hasher.js';

const SECOND_MS = 1_000;
const WAITS = [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600];
/** Turns off limits by source, so that only the limit by name applies. */
const BY_NAME = { throttling: { source: false } };

type Post = Pick<TestApp, 'post'>;

const guess = ({ post }: Post, name: object = { email: ADA }): Promise<Reply> => post('/login', { ...name, password: 'wrong' });

async function guesses(world: Post, times: number, name?: object): Promise<(string | undefined)[]> {
  const codes = [];
  for (let n = 0; n < times; n += 1) codes.push((await guess(world, name)).body.code);
  return codes;
}

const wrong = (times: number): string[] => Array<string>(times).fill('INVALID_CREDENTIALS');
const login = (more: object = {}): object => ({ email: ADA, password: PASSWORD, ...more });

/** The bytes of a reply, without the request id and the time. */
const bytes = ({ status, headers, text }: Reply): string =>
  JSON.stringify([status, { ...headers, 'X-Request-Id': '' }, text?.replace(/"timestamp":"[^"]+","requestId":"[^"]+"/, '')]);

describe('guessing a password', () => {
  it('L2: five attempts are free, then waits double from 30 seconds to an hour, for correct passwords too', async () => {
    const world = await createAdaWorld(BY_NAME);
    expect(await guesses(world, 5)).toEqual(wrong(5));
    for (const seconds of WAITS) {
      const reply = await world.post('/login', login());
      expect([reply.status, reply.body.code, headerOf(reply, 'Retry-After'), reply.body.meta.retryAfter]).toEqual([
        429, 'TOO_MANY_REQUESTS', String(seconds), seconds,
      ]);
      await world.clock.advance(seconds * SECOND_MS - 1);
      expect((await world.post('/login', login())).body.code).toBe('TOO_MANY_REQUESTS');
      await world.clock.advance(1);
      expect((await guess(world)).body.code).toBe('INVALID_CREDENTIALS');
    }
    await world.clock.advance(3_600 * SECOND_MS);
    expect((await world.post('/login', login())).status).toBe(200);
    // The login has cleared the count.
    expect(await guesses(world, 6)).toEqual([...wrong(5), 'TOO_MANY_REQUESTS']);
  });

  it('L2: the count is forgotten after a day without attempts, and not sooner', async () => {
    const world = await createAdaWorld(BY_NAME);
    await guesses(world, 5);
    await world.clock.advance(24 * 3_600 * SECOND_MS - 1);
    expect(await guesses(world, 2)).toEqual([...wrong(1), 'TOO_MANY_REQUESTS']);
    await world.clock.advance(24 * 3_600 * SECOND_MS);
    expect(await guesses(world, 6)).toEqual([...wrong(5), 'TOO_MANY_REQUESTS']);
  });

  it('L2: of 50 concurrent attempts only five are compared', async () => {
    const cheap = createBcryptHasher({ cost: 4, maxCost: 14, peppers: [] });
    let compared = 0;
    const hasher = { ...cheap, verify: (password: string, hash: string) => ((compared += 1), cheap.verify(password, hash)) };
    const world = createTestApp({ ...BY_NAME, passwords: { hasher } });
    await loginAs(world.auth, { email: ADA });
    compared = 0;
    const replies = await Promise.all(Array.from({ length: 50 }, () => guess(world)));
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(45);
    expect(compared).toBe(5);
    // The correct password would have been refused too.
    expect((await world.post('/login', login())).status).toBe(429);
  });

  it('L2: lets any number of correct logins pass concurrently', async () => {
    const world = await createAdaWorld(BY_NAME);
    const replies = await Promise.all(Array.from({ length: 60 }, () => world.post('/login', login())));
    expect(replies.map(({ status }) => status)).toEqual(Array(60).fill(200));
    expect(world.store.dump()['attempts']).toEqual([]);
  });

  it('L2: compares at most five wrong attempts among correct ones', async () => {
    const world = await createAdaWorld(BY_NAME);
    const replies = await Promise.all(Array.from({ length: 60 }, (_, n) => (n === 0 ? world.post('/login', login()) : guess(world))));
    // The correct one clears the count: up to four were compared before it, and five after it.
    expect(replies.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(4 + 5);
  });

  it('L1, L2: applies equally to existing and unknown names, in bytes and number', async () => {
    const world = await createAdaWorld(BY_NAME);
    await world.post('/register', { email: 'bob@example.com', username: 'bob', password: PASSWORD, name: 'Bob' });
    const names = [{ email: ADA }, { email: 'nobody@example.com' }, { username: 'bob' }, { username: 'nobody' }, { identifier: 'no such name!' }];
    const told = new Set<string>();
    for (const name of names) {
      const replies = [];
      for (let n = 0; n < 7; n += 1) replies.push(bytes(await guess(world, name)));
      told.add(JSON.stringify(replies));
    }
    expect(told.size).toBe(1);
  });

  it('L1, L2: refuses as fast for a name that does not exist', { retry: 3 }, async () => {
    const world = createMailTestApp(BY_NAME);
    await loginAs(world.auth, { email: ADA });
    await guesses(world, 6);
    await guesses(world, 6, { email: 'nobody@example.com' });
    const [known, unknown] = await medianMs([() => guess(world), () => guess(world, { email: 'nobody@example.com' })]);
    expect(Math.abs(known - unknown)).toBeLessThan(Math.max(0.3, 0.5 * unknown));
  });

  it('L2: counts by the canonical login name; email and username are counted separately', async () => {
    const world = createTestApp(BY_NAME);
    await loginAs(world.auth, { email: ADA, username: 'ada' });
    const spellings = [{ email: ' ADA@EXAMPLE.com' }, { identifier: 'ada@example.com' }, { email: ADA }, { identifier: 'Ada@Example.Com' }, { email: ADA }];
    for (const name of spellings) expect((await guess(world, name)).status).toBe(401);
    expect((await guess(world)).status).toBe(429);
    const usernames = [{ username: 'ADA' }, { identifier: 'ada ' }, { username: '\u200bada' }, { identifier: '\u00a0ada' }, { username: 'ada\n' }];
    for (const name of usernames) expect((await guess(world, name)).status).toBe(401);
    expect((await guess(world, { identifier: 'ada' })).status).toBe(429);
  });

  it('L2: counts admin logins with logins, and a wrong admin password as a wrong password', async () => {
    const world = createTestApp(BY_NAME);
    const admin = { email: 'admin@example.com', password: PASSWORD };
    await loginAs(world.auth, { ...admin, role: 'admin' });
    for (let n = 0; n < 5; n += 1) expect((await world.post('/admin-login', { ...admin, adminPassword: 'wrong' })).status).toBe(401);
    expect((await world.post('/admin-login', { ...admin, adminPassword: ADMIN_PASSWORD })).status).toBe(429);
    expect((await world.post('/login', admin)).status).toBe(429);
  });

  it('L2: does not count an attempt that was not compared', async () => {
    const cheap = createBcryptHasher({ cost: 4, maxCost: 14, peppers: [] });
    let isBusy = true;
    const verify = (password: string, hash: string) => (isBusy ? Promise.reject(new Error('no memory')) : cheap.verify(password, hash));
    const world = createTestApp({ ...BY_NAME, passwords: { hasher: { ...cheap, verify } } });
    await world.auth.api.register({ email: ADA, password: PASSWORD, name: 'Ada' });
    for (let n = 0; n < 20; n += 1) expect((await guess(world)).status).toBe(500);
    expect(world.store.dump()['attempts']).toEqual([]);
    isBusy = false;
    expect((await world.post('/login', login())).status).toBe(200);
  });

  it('L2: counts a compared attempt even if a later step fails', async () => {
    const world = await createAdaWorld(BY_NAME);
    for (let n = 0; n < 5; n += 1) {
      // The first store call after the comparison records the event of the failure.
      const store = failingStore(world.store, 5);
      const reply = await sender(createAuth({ ...world.config, store }))({ method: 'POST', path: '/login', body: { email: ADA, password: 'wrong' } });
      expect(reply.body.code).toBe('STORE_UNAVAILABLE');
    }
    expect((await guess(world)).body.code).toBe('TOO_MANY_REQUESTS');
  });

  it('L2: is not slowed down if throttling is off', async () => {
    const world = createTestApp({ throttling: { enabled: false } });
    expect(await guesses(world, 40)).toEqual(wrong(40));
    expect(world.store.dump()['attempts']).toEqual([]);
  });

  it('L2: is limited across processes and restarts', async () => {
    const world = await createAdaWorld(BY_NAME);
    await guesses(world, 3);
    const other = sender(createAuth(world.config));
    const post = (path: string, body?: unknown): Promise<Reply> => other({ method: 'POST', path, body });
    expect(await guesses({ post }, 3)).toEqual([...wrong(2), 'TOO_MANY_REQUESTS']);
  });

  it('G1, L2: records one event for all attempts that are refused in one wait', async () => {
    const world = await createAdaWorld(BY_NAME);
    world.emitted.length = 0;
    await guesses(world, 40);
    await guesses(world, 40, { email: 'nobody@example.com' });
    await world.clock.advance(30 * SECOND_MS);
    await guesses(world, 40);
    const throttled = world.emitted.filter(({ type }) => type === 'password.throttled');
    expect(throttled.map(({ userId, outcome, detail }) => [userId, outcome, detail])).toEqual([
      [world.ada.userId, 'failure', { by: 'email' }],
      [null, 'failure', { by: 'email' }],
      [world.ada.userId, 'failure', { by: 'email' }],
    ]);
    expect(world.emitted).toHaveLength(11 + 3);
  });

  it('L2: stores no name in plain text, and nothing about a removed account', async () => {
    const world = createTestApp(BY_NAME);
    const { accessToken, deviceToken } = await loginAs(world.auth, { email: ADA, username: 'ada-lovelace' });
    await guesses(world, 2);
    await guesses(world, 2, { username: 'ada-lovelace' });
    await guesses(world, 2, { email: ADA, deviceToken });
    await guesses(world, 1, { email: 'nobody@example.com' });
    await world.post('/reauthenticate', { password: 'wrong' }, accessToken);
    const attempts = world.store.dump()['attempts'] ?? [];
    expect(attempts).toHaveLength(5);
    expect(JSON.stringify(attempts)).not.toMatch(/ada|nobody|example|192\.0/i);
    expect((await world.del('/me', accessToken, { password: PASSWORD })).status).toBe(204);
    expect(world.store.dump()['attempts']).toHaveLength(1);
  });
});

describe('a device that has logged in before', () => {
  it('L2: is counted separately, so that attacks do not lock it out', async () => {
    const world = await createAdaWorld(BY_NAME);
    const { deviceToken } = world.ada;
    await guesses(world, 6);
    expect((await world.post('/login', login())).status).toBe(429);
    expect((await world.post('/login', login({ deviceToken }))).status).toBe(200);
    // Its login does not give the attacker another five attempts.
    expect((await guess(world)).status).toBe(429);
    expect(await guesses(world, 6, { email: ADA, deviceToken })).toEqual([...wrong(5), 'TOO_MANY_REQUESTS']);
  });

  it('L2: is recognized by its cookie', async () => {
    const origin = 'https://example.com';
    const world = createTestApp({ ...BY_NAME, transport: 'cookie', baseUrl: origin });
    const { deviceToken } = await loginAs(world.auth, { email: ADA });
    const headers = { origin };
    const post = (body: object, more: object = {}): Promise<Reply> => world.send({ method: 'POST', path: '/login', body, headers: { ...headers, ...more } });
    for (let n = 0; n < 5; n += 1) await post({ email: ADA, password: 'wrong' });
    expect((await post(login())).status).toBe(429);
    expect((await post(login(), { cookie: `__Host-sp_dt=${deviceToken}` })).status).toBe(200);
  });

  it('L2: is not recognized for another user, nor by an invented token', async () => {
    const world = await createAdaWorld(BY_NAME);
    const eve = await loginAs(world.auth, { email: 'eve@example.com' });
    const forge = (token: string): string => token.slice(0, -6) + (token.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA');
    const tokens = [eve.deviceToken, forge(world.ada.deviceToken), `sp_dt_${'A'.repeat(78)}`, 'x'];
    const codes = [];
    for (const deviceToken of [...tokens, ...tokens]) codes.push((await guess(world, { email: ADA, deviceToken })).body.code);
    expect(codes).toEqual([...wrong(5), ...Array<string>(3).fill('TOO_MANY_REQUESTS')]);
  });
});

describe('a session', () => {
  const proofs = [
    ['reauthenticate', (world: TestApp, { accessToken }: LoggedIn, password: string) => world.post('/reauthenticate', { password }, accessToken)],
    [
      'change the password',
      (world: TestApp, { accessToken }: LoggedIn, currentPassword: string) =>
        world.post('/password/change', { currentPassword, newPassword: NEW_PASSWORD }, accessToken),
    ],
    [
      'change the address',
      (world: TestApp, { accessToken }: LoggedIn, password: string) => world.post('/email/change', { newEmail: 'new@example.com', password }, accessToken),
    ],
    ['remove the account', (world: TestApp, { accessToken }: LoggedIn, password: string) => world.del('/me', accessToken, { password })],
  ] as const;

  it.each(proofs)('L2: has five attempts at the password to %s, then waits', async (_what, prove) => {
    const world = await createAdaWorld(BY_NAME);
    for (let n = 0; n < 5; n += 1) expect((await prove(world, world.ada, 'wrong')).body.code).toBe('INVALID_CREDENTIALS');
    const refused = await prove(world, world.ada, PASSWORD);
    expect([refused.status, headerOf(refused, 'Retry-After')]).toEqual([429, '30']);
    expect(world.emitted.at(-1)).toMatchObject({ type: 'password.throttled', sessionId: world.ada.sessionId, detail: { by: 'session' } });
    await world.clock.advance(30 * SECOND_MS);
    expect((await prove(world, world.ada, PASSWORD)).status).toBeLessThan(300);
  });

  it('L2: has one count for all of these actions, separate from logins and other sessions', async () => {
    const world = await createAdaWorld(BY_NAME);
    const other = await loginAs(world.auth, { email: ADA });
    await guesses(world, 6);
    for (const [, prove] of proofs) expect((await prove(world, world.ada, 'wrong')).status).toBe(401);
    expect((await world.post('/reauthenticate', { password: 'wrong' }, world.ada.accessToken)).status).toBe(401);
    for (const [, prove] of proofs) expect((await prove(world, world.ada, PASSWORD)).status).toBe(429);
    expect((await world.post('/reauthenticate', { password: PASSWORD }, other.accessToken)).status).toBe(200);
  });

  it('L2: keeps its count after a refresh and without its device', async () => {
    const world = await createAdaWorld(BY_NAME);
    const { accessToken, refreshToken } = world.ada;
    for (let n = 0; n < 5; n += 1) await world.post('/reauthenticate', { password: 'wrong' }, accessToken);
    const [device] = (await world.get('/devices', accessToken)).body.data.devices;
    expect((await world.del(`/devices/${device?.id}`, accessToken)).status).toBe(204);
    const token = (await world.post('/refresh-token', { refreshToken })).body.data.accessToken;
    expect((await world.post('/reauthenticate', { password: PASSWORD }, token)).status).toBe(429);
  });
});

describe('a reset', () => {
  it('L2: lifts the waits of both names, and of the account’s devices and sessions', async () => {
    const world = createMailTestApp(BY_NAME);
    // The username was also guessed before the account had it.
    await guesses(world, 5, { username: 'ada' });
    const { deviceToken } = await loginAs(world.auth, { email: ADA, username: 'ada' });
    await guesses(world, 6);
    await guesses(world, 6, { email: ADA, deviceToken });
    for (const name of [{ email: ADA }, { username: 'ada' }, { email: ADA, deviceToken }]) {
      expect((await world.post('/login', { ...name, password: PASSWORD })).status).toBe(429);
    }
    await world.post('/password/request', { email: ADA });
    const token = await world.tokenOf('password-reset');
    expect((await world.post('/password/reset', { token, newPassword: NEW_PASSWORD })).status).toBe(200);
    for (const name of [{ email: ADA }, { username: 'ada' }, { email: ADA, deviceToken }]) {
      expect((await world.post('/login', { ...name, password: NEW_PASSWORD })).status).toBe(200);
    }
  });

  it('L2: makes its device known, so that further guessing does not lock it out', async () => {
    const world = await createAdaWorld(BY_NAME);
    await guesses(world, 6);
    await world.post('/password/request', { email: ADA });
    const reset = await world.post('/password/reset', { token: await world.tokenOf('password-reset'), newPassword: NEW_PASSWORD });
    const { deviceToken } = reset.body.data;
    expect(await guesses(world, 6)).toEqual([...wrong(5), 'TOO_MANY_REQUESTS']);
    expect((await world.post('/login', { email: ADA, password: NEW_PASSWORD })).status).toBe(429);
    const reply = await world.post('/login', { email: ADA, password: NEW_PASSWORD, deviceToken });
    expect([reply.status, reply.body.data.deviceToken]).toEqual([200, deviceToken]);
  });

  it('S7: sets the device’s token as a cookie in a browser, and ends the session it had', async () => {
    const origin = 'https://example.com';
    const world = createMailTestApp({ transport: 'cookie', baseUrl: origin });
    await loginAs(world.auth, { email: ADA });
    const post = (path: string, body: object): Promise<Reply> => world.send({ method: 'POST', path, body, headers: { origin } });
    await post('/password/request', { email: ADA });
    const reply = await post('/password/reset', { token: await world.tokenOf('password-reset'), newPassword: NEW_PASSWORD });
    expect(Object.keys(reply.body.data)).toEqual(['auth']);
    const cookies = headerOf(reply, 'Set-Cookie') ?? '';
    expect(cookies).toMatch(/__Host-sp_dt=sp_dt_/);
    expect(cookies).toMatch(/__Host-sp_at=; /);
  });
});
