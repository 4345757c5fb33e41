import { isDeepStrictEqual } from 'node:util';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createKeyring } from '../crypto/keyring.js';
import { ADMIN_PASSWORD, createWorld, PASSWORD, SECRET, stateOf } from '../test-kit/world.js';
import type { World } from '../test-kit/world.js';
import { loginAs } from '../testing/login-as.js';
import type { LoggedIn } from '../testing/login-as.js';
import type { ErrorCode } from '../errors.js';
import type { Access } from './access.js';
import { sessionRoute } from './define-route.js';
import type { publicRoute } from './define-route.js';
import { noData, noInput } from './input.js';
import { routes } from './routes.js';

/** Who may call a route, by its access level: what each kind of caller is answered. `in`: whatever the route itself says. */
const LEVELS = {
  public: { nobody: 'in', garbage: 'in', otherScheme: 'in', revoked: 'in', outdated: 'in', live: 'in', old: 'in' },
  'public-or-session': { nobody: 'in', garbage: 'in', otherScheme: 'in', revoked: 'in', outdated: 'in', live: 'in', old: 'in' },
  'challenge-or-session': {
    nobody: 'UNAUTHENTICATED',
    garbage: 'INVALID_TOKEN',
    otherScheme: 'INVALID_TOKEN',
    revoked: 'INVALID_TOKEN',
    outdated: 'INVALID_TOKEN',
    live: 'in',
    old: 'in',
  },
  session: {
    nobody: 'UNAUTHENTICATED',
    garbage: 'INVALID_TOKEN',
    otherScheme: 'INVALID_TOKEN',
    revoked: 'INVALID_TOKEN',
    outdated: 'INVALID_TOKEN',
    live: 'in',
    old: 'in',
  },
  'session+recent': {
    nobody: 'UNAUTHENTICATED',
    garbage: 'INVALID_TOKEN',
    otherScheme: 'INVALID_TOKEN',
    revoked: 'INVALID_TOKEN',
    outdated: 'INVALID_TOKEN',
    live: 'in',
    old: 'STEP_UP_REQUIRED',
  },
  admin: {
    nobody: 'UNAUTHENTICATED',
    garbage: 'INVALID_TOKEN',
    otherScheme: 'INVALID_TOKEN',
    revoked: 'INVALID_TOKEN',
    outdated: 'INVALID_TOKEN',
    live: 'FORBIDDEN',
    old: 'FORBIDDEN',
  },
} as const;

const NEXT_PASSWORD = 'a wholly different passphrase';

type CallerKind = keyof (typeof LEVELS)['session'];

interface Row {
  readonly access: keyof typeof LEVELS;
  /** What makes the request a good one, for whoever may make it. */
  readonly good: (session: LoggedIn) => { readonly path?: string; readonly body?: object };
  /** What the route itself answers whom it lets in, where the account has not what the route is about. */
  readonly answers?: ErrorCode;
}

/**
 * What each route is meant to ask of its callers, written down apart from the routes: one that is added, or that changes
 * its level, has to be entered here by someone who means it.
 */
const EXPECTED: Readonly<Record<string, Row>> = {
  register: { access: 'public', good: () => ({ body: { email: 'new@example.com', password: PASSWORD, name: 'New' } }) },
  login: { access: 'public', good: ({ email, password }) => ({ body: { email, password } }) },
  adminLogin: {
    access: 'public',
    good: () => ({ body: { email: 'admin@example.com', password: PASSWORD, adminPassword: ADMIN_PASSWORD } }),
  },
  refresh: { access: 'public', good: ({ refreshToken }) => ({ body: { refreshToken } }) },
  logout: { access: 'public-or-session', good: ({ refreshToken }) => ({ body: { refreshToken } }) },
  logoutAll: { access: 'session', good: () => ({}) },
  reauthenticate: { access: 'session', good: ({ password }) => ({ body: { password } }) },
  me: { access: 'session', good: () => ({}) },
  updateMe: { access: 'session', good: () => ({ body: { name: 'Another' } }) },
  deleteMe: { access: 'session+recent', good: ({ password }) => ({ body: { password } }) },
  exportMe: { access: 'session+recent', good: () => ({}) },
  sessions: { access: 'session', good: () => ({}) },
  endSession: { access: 'session', good: ({ sessionId }) => ({ path: `/sessions/${sessionId}` }) },
  devices: { access: 'session', good: () => ({}) },
  forgetDevice: { access: 'session', good: ({ deviceToken }) => ({ path: `/devices/${deviceIdOf(deviceToken)}` }) },
  requestPasswordReset: { access: 'public', good: ({ email }) => ({ body: { email } }) },
  resetPassword: {
    access: 'public',
    good: () => ({ body: { token: 'a'.repeat(64), newPassword: NEXT_PASSWORD } }),
    answers: 'INVALID_RESET_TOKEN',
  },
  changePassword: {
    access: 'session',
    good: ({ password }) => ({ body: { currentPassword: password, newPassword: NEXT_PASSWORD } }),
  },
  requestVerification: { access: 'public-or-session', good: ({ email }) => ({ body: { email } }) },
  verifyEmail: {
    access: 'public',
    good: () => ({ body: { token: 'a'.repeat(64) } }),
    answers: 'INVALID_VERIFICATION_TOKEN',
  },
  changeEmail: {
    access: 'session+recent',
    good: ({ password }) => ({ body: { newEmail: 'newer@example.com', password } }),
  },
  twoFactor: { access: 'session', good: () => ({}) },
  setUpTwoFactor: { access: 'session+recent', good: () => ({ body: {} }) },
  enableTwoFactor: { access: 'session', good: () => ({ body: { token: '123456' } }), answers: 'TWO_FACTOR_NOT_PENDING' },
  challengeTwoFactor: {
    access: 'challenge-or-session',
    good: () => ({ body: { method: 'totp' } }),
    answers: 'VALIDATION_FAILED',
  },
  verifyTwoFactor: {
    access: 'challenge-or-session',
    good: () => ({ body: { token: '123456' } }),
    answers: 'TWO_FACTOR_NOT_ENABLED',
  },
  verifyBackupCode: {
    access: 'challenge-or-session',
    good: () => ({ body: { code: 'A1B2-C3D4-E5F6-G7H8' } }),
    answers: 'TWO_FACTOR_NOT_ENABLED',
  },
  regenerateBackupCodes: { access: 'session+recent', good: () => ({ body: {} }), answers: 'TWO_FACTOR_NOT_ENABLED' },
  disableTwoFactor: { access: 'session', good: () => ({ body: { token: '123456' } }), answers: 'TWO_FACTOR_NOT_ENABLED' },
  deleteTwoFactor: { access: 'session', good: () => ({ body: { token: '123456' } }), answers: 'TWO_FACTOR_NOT_ENABLED' },
  health: { access: 'public', good: () => ({}) },
  jwks: { access: 'public', good: () => ({}) },
  openapi: { access: 'public', good: () => ({}) },
};

/** How each kind of caller comes by what it sends along. */
const CALLERS: Readonly<Record<CallerKind, (world: World, session: LoggedIn) => Promise<string | undefined>>> = {
  nobody: () => Promise.resolve(undefined),
  garbage: () => Promise.resolve('Bearer garbage'),
  otherScheme: () => Promise.resolve('Basic YWRhOnNlY3JldA=='),
  async revoked({ auth, store, clock }, { email, password }) {
    const other = await loginAs(auth, { email, password });
    await store.sessions.revoke(other.sessionId, clock.now(), 'logout');
    return `Bearer ${other.accessToken}`;
  },
  async outdated({ auth }, { accessToken }) {
    // As after a change of password or role: the session goes on, the tokens that were issued before do not.
    const { kid = '' } = decodeProtectedHeader(accessToken);
    const { ver, ...claims } = await auth.verifyAccessToken(accessToken);
    const token = new SignJWT({ ...claims, amr: [...claims.amr], ver: ver - 1 });
    const header = { alg: 'HS256', typ: 'at+jwt', kid };
    return `Bearer ${await token.setProtectedHeader(header).sign(createKeyring([SECRET]).newest('access-token'))}`;
  },
  live: (_world, { accessToken }) => Promise.resolve(`Bearer ${accessToken}`),
  async old({ clock }, { accessToken }) {
    await clock.advance(5 * 60_000 + 1);
    return `Bearer ${accessToken}`;
  },
};

describe('who may call what', () => {
  it('Z1: every route has a row in the table above, and no row is of a route that is gone', () => {
    expect(Object.keys(routes).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it.each(Object.entries(routes))('Z1: %s has the access level that it is meant to have', (name, route) => {
    expect(route.access).toBe(EXPECTED[name]?.access);
  });

  const cells = Object.entries(routes).flatMap(([name, route]) =>
    (Object.keys(CALLERS) as CallerKind[]).map((kind) => ({ name, route, kind })),
  );
  it.each(cells)('Z1: $name lets $kind in, or not, as its level says', async ({ name, route, kind }) => {
    const row = EXPECTED[name];
    if (row === undefined) throw new Error(`${name} has no row`);
    const world = createWorld();
    await loginAs(world.auth, { email: 'admin@example.com', role: 'admin', adminPassword: ADMIN_PASSWORD });
    const session = await loginAs(world.auth);
    const { path = route.path, body } = row.good(session);
    const authorization = await CALLERS[kind](world, session);
    const headers = authorization === undefined ? {} : { authorization, ...(body && { 'content-type': 'application/json' }) };
    const before = stateOf(world.store);
    const reply = await world.send({ method: route.method, path, body, headers });
    const expected = LEVELS[row.access][kind];
    const isIn = row.answers === undefined ? reply.status === route.status : reply.body.code === row.answers;
    expect(isIn ? 'in' : reply.body.code).toBe(expected);
    // Whoever is not let in has changed nothing.
    expect(expected === 'in' || isDeepStrictEqual(stateOf(world.store), before)).toBe(true);
  });

  it('Z1: a route without an access level, or with one that does not exist, does not compile', () => {
    type PublicFacts = Parameters<typeof publicRoute<unknown, undefined>>[0];
    type SessionFacts = Parameters<typeof sessionRoute<unknown, undefined>>[0];
    expectTypeOf<Omit<PublicFacts, 'access'>>().not.toExtend<PublicFacts>();
    expectTypeOf<Omit<SessionFacts, 'access'>>().not.toExtend<SessionFacts>();
    expectTypeOf<PublicFacts>().toExtend<PublicFacts>();
    expectTypeOf<undefined>().not.toExtend<PublicFacts['access']>();
    expectTypeOf<'anybody'>().not.toExtend<Access>();
    // Nor is a level for sessions open to the constructor whose handler may run without one.
    expectTypeOf<'session'>().not.toExtend<PublicFacts['access']>();
    expectTypeOf<'admin'>().not.toExtend<PublicFacts['access']>();
    expectTypeOf<'public'>().not.toExtend<SessionFacts['access']>();
    expectTypeOf<'public-or-session'>().not.toExtend<SessionFacts['access']>();
    expectTypeOf<'challenge-or-session'>().not.toExtend<SessionFacts['access']>();
  });

  it('Z1: the handler of a session route never runs without a session, whatever calls it', async () => {
    let ran = false;
    const route = sessionRoute({
      method: 'GET',
      path: '/x',
      access: 'session',
      summary: '',
      status: 204,
      message: '',
      input: noInput,
      data: noData,
      errors: [],
      handler: () => {
        ran = true;
        return Promise.resolve({ data: undefined });
      },
    });
    const context = { caller: { ip: null, userAgent: null }, mount: '', current: null, refusal: null, challengeToken: undefined, cookies: {} };
    const run = async () => route.run(Object.create(null), { context, input: {} });
    await expect(run()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(ran).toBe(false);
  });

  it('Z1: what holds over HTTP holds without it', async () => {
    const { auth } = createWorld();
    const { accessToken, refreshToken } = await loginAs(auth);
    await expect(auth.api.me({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(auth.api.me({}, { accessToken: 'garbage' })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    expect((await auth.api.me({}, { accessToken })).user.email).toBe('ada@example.com');
    await auth.api.logout({ refreshToken });
    await expect(auth.api.me({}, { accessToken })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });
});

describe('objects of others', () => {
  it.each(['sessions', 'devices'])('Z2: under /%s are not found, like those that never were, and stay', async (kind) => {
    const { auth, get, del, store } = createWorld();
    const ada = await loginAs(auth);
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    const foreign = kind === 'sessions' ? bob.sessionId : deviceIdOf(bob.deviceToken);
    const before = { ...store.dump(), events: [] };
    const bodies = new Set<string>();
    for (const id of [foreign, '01JGFJJZ00ZZZZZZZZZZZZZZZZ', foreign.toLowerCase(), 'x', '%00', '__proto__', ':id', foreign.repeat(400)]) {
      const { status, body } = await del(`/${kind}/${id}`, ada.accessToken);
      expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
      bodies.add(JSON.stringify({ ...body, meta: {} }));
    }
    expect(bodies.size).toBe(1);
    expect({ ...store.dump(), events: [] }).toEqual(before);
    expect((await get('/me', bob.accessToken)).status).toBe(200);
  });

  it('Z2: an id in the body does not stand in for the one in the path', async () => {
    const { auth, del, get } = createWorld();
    const ada = await loginAs(auth);
    const other = await loginAs(auth);
    const reply = await del(`/sessions/${ada.sessionId}`, ada.accessToken, { id: other.sessionId });
    expect(reply.body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'id' }] } });
    expect((await get('/me', ada.accessToken)).status).toBe(200);
  });
});

function deviceIdOf(deviceToken: string): string {
  return Buffer.from(deviceToken.slice('sp_dt_'.length), 'base64url').toString('latin1', 0, 26);
}
