import { isDeepStrictEqual } from 'node:util';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createKeyring } from '../crypto/keyring.js';
import { PROVIDER_OPTIONS } from '../test-kit/flows/providers.js';
import { ADMIN_PASSWORD, createTestApp, PASSWORD, SECRET, stateOf } from '../test-kit/test-app.js';
import type { Auth } from '../auth.js';
import type { RegistrationOptionsData } from '../features/passkeys/ceremony-schema.js';
import { softAuthenticator } from '../testing/soft-authenticator.js';
import { aPasskey } from '../testing/builders.js';
import { loginAs } from '../testing/login-as.js';
import type { LoggedIn } from '../testing/login-as.js';
import { totp } from '../testing/totp.js';
import { ERRORS } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import type { Access } from '../http/access.js';
import { sessionRoute } from '../http/define-route.js';
import type { AnyRoute, publicRoute } from '../http/define-route.js';
import { noData, noInput } from '../http/input.js';
import { routes } from './routes.js';

/** The response to each kind of caller, by the access level of the route. `in`: the route itself answers. */
const STRANGERS = {
  nobody: 'UNAUTHENTICATED',
  garbage: 'INVALID_TOKEN',
  otherScheme: 'INVALID_TOKEN',
  revoked: 'INVALID_TOKEN',
  stale: 'INVALID_TOKEN',
  challenge: 'INVALID_TOKEN',
  demoted: 'INVALID_TOKEN',
} as const;
const SESSIONS = {
  user: 'in',
  old: 'in',
  demotedSince: 'in',
  other: 'in',
  adminWithoutFactor: 'in',
  admin: 'in',
  oldAdmin: 'in',
} as const;
const EVERYBODY = {
  ...SESSIONS, nobody: 'in', garbage: 'in', otherScheme: 'in', revoked: 'in', stale: 'in', challenge: 'in', demoted: 'in',
} as const;
const [FORBIDDEN, NOT_FOUND, STEP_UP] = ['FORBIDDEN', 'NOT_FOUND', 'STEP_UP_REQUIRED'] as const;

const LEVELS: Readonly<Record<Access, Readonly<Record<CallerKind, ErrorCode | 'in'>>>> = {
  public: EVERYBODY,
  'public-or-session': EVERYBODY,
  'public-or-challenge-or-session': EVERYBODY,
  'challenge-or-session': { ...STRANGERS, ...SESSIONS, challenge: 'in' },
  session: { ...STRANGERS, ...SESSIONS },
  'session+recent': { ...STRANGERS, ...SESSIONS, old: STEP_UP, oldAdmin: STEP_UP, adminWithoutFactor: STEP_UP },
  admin: {
    ...STRANGERS, ...SESSIONS,
    user: FORBIDDEN, old: FORBIDDEN, demotedSince: FORBIDDEN, other: FORBIDDEN, adminWithoutFactor: STEP_UP,
  },
  'admin+recent': {
    ...STRANGERS, ...SESSIONS,
    user: FORBIDDEN, old: FORBIDDEN, demotedSince: FORBIDDEN, other: FORBIDDEN, adminWithoutFactor: STEP_UP, oldAdmin: STEP_UP,
  },
  'self-or-admin': {
    ...STRANGERS, ...SESSIONS,
    demotedSince: NOT_FOUND, other: NOT_FOUND, adminWithoutFactor: STEP_UP,
  },
  'self-or-admin+recent': {
    ...STRANGERS, ...SESSIONS,
    old: STEP_UP, demotedSince: NOT_FOUND, other: NOT_FOUND, adminWithoutFactor: STEP_UP, oldAdmin: STEP_UP,
  },
};

/** A passkey of Ada. */
const PASSKEY_ID = aPasskey({ userId: 'anybody' }).id;
const CREATION: RegistrationOptionsData['options'] = {
  rp: { id: 'example.com', name: 'Example' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'bm9uZQ',
  pubKeyCredParams: [],
  timeout: 0,
  attestation: 'none',
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  excludeCredentials: [],
  extensions: { credProps: true },
};
const AUTHENTICATION = {
  id: 'bm9uZQ',
  rawId: 'bm9uZQ',
  type: 'public-key',
  response: { clientDataJSON: 'bm9uZQ', authenticatorData: 'bm9uZQ', signature: 'bm9uZQ' },
};

const NEXT_PASSWORD = 'a wholly different passphrase';

interface Row {
  readonly access: Access;
  /** A valid request: its values are the caller's own, except ids in the path, which are Ada's. */
  readonly good: (own: LoggedIn, ada: LoggedIn) => { readonly path?: string; readonly body?: object };
  /** The response to an admitted caller whose account lacks the object of the route. */
  readonly answers?: ErrorCode;
  /** The same if the account has two-factor on, if it differs. */
  readonly answersWithFactor?: ErrorCode | 'in';
  /** The response to an admitted caller if the path names another user's object. */
  readonly answersOthers?: ErrorCode;
}

/**
 * The intended access of each route, written independently of the routes. A route that is added, or that changes its
 * level, needs a deliberate entry here.
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
  endSession: {
    access: 'session',
    good: (_own, { sessionId }) => ({ path: `/sessions/${sessionId}` }),
    answersOthers: NOT_FOUND,
  },
  devices: { access: 'session', good: () => ({}) },
  forgetDevice: {
    access: 'session',
    good: (_own, { deviceToken }) => ({ path: `/devices/${deviceIdOf(deviceToken)}` }),
    answersOthers: NOT_FOUND,
  },
  requestEmailLogin: { access: 'public', good: ({ email }) => ({ body: { email } }) },
  verifyEmailLogin: { access: 'public', good: () => ({ body: { token: 'f'.repeat(64) } }), answers: 'INVALID_LOGIN_TOKEN' },
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
    answersWithFactor: 'in',
  },
  verifyTwoFactor: {
    access: 'challenge-or-session',
    good: () => ({ body: { token: '123456' } }),
    answers: 'TWO_FACTOR_NOT_ENABLED',
    answersWithFactor: 'INVALID_TWO_FACTOR_CODE',
  },
  verifyBackupCode: {
    access: 'challenge-or-session',
    good: () => ({ body: { code: 'A1B2-C3D4-E5F6-G7H8' } }),
    answers: 'TWO_FACTOR_NOT_ENABLED',
    answersWithFactor: 'INVALID_TWO_FACTOR_CODE',
  },
  regenerateBackupCodes: { access: 'session+recent', good: () => ({ body: {} }), answers: 'TWO_FACTOR_NOT_ENABLED' },
  disableTwoFactor: {
    access: 'session',
    good: () => ({ body: { token: '123456' } }),
    answers: 'TWO_FACTOR_NOT_ENABLED',
    answersWithFactor: 'INVALID_TWO_FACTOR_CODE',
  },
  deleteTwoFactor: {
    access: 'session',
    good: () => ({ body: { token: '123456' } }),
    answers: 'TWO_FACTOR_NOT_ENABLED',
    answersWithFactor: 'INVALID_TWO_FACTOR_CODE',
  },
  beginPasskeyRegistration: { access: 'session+recent', good: () => ({ body: {} }) },
  registerPasskey: {
    access: 'session',
    good: () => ({ body: { registrationToken: 'none', credential: softAuthenticator().create(CREATION) } }),
    answers: 'INVALID_PASSKEY',
  },
  passkeys: { access: 'session', good: () => ({}) },
  renamePasskey: { access: 'session', good: () => ({ path: `/passkeys/${PASSKEY_ID}`, body: { name: 'Another' } }), answersOthers: NOT_FOUND },
  removePasskey: { access: 'session+recent', good: () => ({ path: `/passkeys/${PASSKEY_ID}` }), answersOthers: NOT_FOUND },
  beginPasskeyAuthentication: { access: 'public', good: () => ({ body: {} }) },
  authenticatePasskey: {
    access: 'public-or-challenge-or-session',
    good: () => ({ body: { authenticationToken: 'none', credential: AUTHENTICATION } }),
    answers: 'INVALID_PASSKEY',
  },
  providers: { access: 'public', good: () => ({}) },
  startProvider: { access: 'public-or-session', good: () => ({ path: '/providers/fake/start', body: {} }) },
  finishProvider: { access: 'public', good: () => ({ path: '/providers/fake/callback' }) },
  finishProviderForm: { access: 'public', good: () => ({ path: '/providers/fake/callback' }) },
  exchangeProviderCode: { access: 'public', good: () => ({ body: { code: 'a'.repeat(43) } }), answers: 'INVALID_LOGIN_TOKEN' },
  identities: { access: 'session', good: () => ({}) },
  removeIdentity: {
    access: 'session+recent',
    good: (_own, { userId }) => ({ path: `/identities/${userId}` }),
    answers: NOT_FOUND,
  },
  users: { access: 'admin', good: () => ({}) },
  inviteUser: { access: 'admin+recent', good: () => ({ body: { email: 'new@example.com', name: 'New' } }) },
  user: { access: 'self-or-admin', good: (_own, { userId }) => ({ path: `/users/${userId}` }) },
  updateUser: { access: 'self-or-admin', good: (_own, { userId }) => ({ path: `/users/${userId}`, body: { name: 'Another' } }) },
  putUser: { access: 'self-or-admin', good: (_own, { userId }) => ({ path: `/users/${userId}`, body: { name: 'Another' } }) },
  removeUser: { access: 'self-or-admin+recent', good: ({ password }, { userId }) => ({ path: `/users/${userId}`, body: { password } }) },
  logOutUser: { access: 'admin', good: (_own, { userId }) => ({ path: `/users/${userId}/logout` }) },
  startPasswordReset: { access: 'admin', good: (_own, { userId }) => ({ path: `/users/${userId}/password-reset` }) },
  resetTwoFactor: {
    access: 'admin+recent',
    good: (_own, { userId }) => ({ path: `/users/${userId}/2fa` }),
    answers: 'TWO_FACTOR_NOT_ENABLED',
  },
  userEvents: { access: 'self-or-admin', good: (_own, { userId }) => ({ path: `/users/${userId}/events` }) },
  health: { access: 'public', good: () => ({}) },
  jwks: { access: 'public', good: () => ({}) },
  openapi: { access: 'public', good: () => ({}) },
};

/** A caller, and the credentials that it sends. */
interface CallerOfKind {
  readonly own: LoggedIn;
  readonly authorization?: string | undefined;
  readonly hasFactor?: true;
  /** How long ago the session began. */
  readonly ageMs?: number;
}

const KINDS = [
  'nobody', 'garbage', 'otherScheme', 'revoked', 'stale', 'challenge', 'user', 'old', 'demoted', 'demotedSince', 'other',
  'adminWithoutFactor', 'admin', 'oldAdmin',
] as const;
type CallerKind = (typeof KINDS)[number];

const A_WHILE_MS = 5 * 60_000 + 1;
const ADMIN = { role: 'admin', adminPassword: ADMIN_PASSWORD };

/** All callers, logged in on one store. Each cell gets a copy of it. */
async function createCallers() {
  const world = createTestApp(PROVIDER_OPTIONS);
  const { auth, store, clock } = world;
  const admin = await loginAs(auth, { email: 'admin@example.com', ...ADMIN });
  const careful = await loginAs(auth, { email: 'careful@example.com', ...ADMIN });
  const ada = await loginAs(auth);
  await store.passkeys.insert(aPasskey({ id: PASSKEY_ID, userId: ada.userId }), 1);
  const other = await loginAs(auth, { email: 'bob@example.com' });
  const demoted = await loginAs(auth, { email: 'carol@example.com', ...ADMIN });
  await auth.api.updateUser({ id: demoted.userId, role: 'user' }, { accessToken: admin.accessToken });
  const since = await auth.api.refresh({ refreshToken: demoted.refreshToken });
  // Use the token once now: recording its first use (S8) would look like a change by the refused request.
  await auth.authenticate(`Bearer ${since.accessToken}`);
  const gone = await loginAs(auth);
  await store.sessions.revoke(gone.sessionId, clock.now(), 'logout');
  const challenged = await loginAs(auth, { email: 'dora@example.com' });
  for (const { accessToken } of [careful, challenged]) {
    const setUp = await auth.api.setUpTwoFactor({}, { accessToken });
    const secret = 'secret' in setUp ? setUp.secret : '';
    await auth.api.enableTwoFactor({ token: totp(secret, clock) }, { accessToken });
  }
  const login = await auth.api.login({ email: challenged.email, password: challenged.password });
  const bearer = (token: string): string => `Bearer ${token}`;
  const live = (own: LoggedIn): CallerOfKind => ({ own, authorization: bearer(own.accessToken) });
  const callers: Readonly<Record<CallerKind, CallerOfKind>> = {
    nobody: { own: ada },
    garbage: { own: ada, authorization: 'Bearer garbage' },
    otherScheme: { own: ada, authorization: 'Basic YWRhOnNlY3JldA==' },
    revoked: { own: ada, authorization: bearer(gone.accessToken) },
    stale: { own: ada, authorization: bearer(await outdated(auth, ada)) },
    challenge: { own: challenged, hasFactor: true, authorization: bearer('challengeToken' in login ? login.challengeToken : '') },
    user: live(ada),
    old: { ...live(ada), ageMs: A_WHILE_MS },
    demoted: live(demoted),
    demotedSince: { own: { ...demoted, refreshToken: since.refreshToken }, authorization: bearer(since.accessToken) },
    other: live(other),
    adminWithoutFactor: { ...live(careful), hasFactor: true },
    admin: live(admin),
    oldAdmin: { ...live(admin), ageMs: A_WHILE_MS },
  };
  return { ada, callers, store };
}

/** A token from before a change of password or role: the session continues, but the token is void. */
async function outdated(auth: Auth, { accessToken }: LoggedIn): Promise<string> {
  const { kid = '' } = decodeProtectedHeader(accessToken);
  const { ver, ...claims } = await auth.verifyAccessToken(accessToken);
  const token = new SignJWT({ ...claims, amr: [...claims.amr], ver: ver - 1 });
  return token.setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid }).sign(createKeyring([SECRET]).newest('access-token'));
}

describe('access to routes', () => {
  const cast = createCallers();

  it('Z1: every route has a row in the table above, and every row has a route', () => {
    expect(Object.keys(routes).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it.each(Object.entries(routes))('Z1: %s has its intended access level', (name, route) => {
    expect(route.access).toBe(EXPECTED[name]?.access);
  });

  const cells = Object.entries<AnyRoute>({ ...routes }).flatMap(([name, route]) => KINDS.map((kind) => ({ name, route, kind })));
  it.each(cells)('Z1: $name admits or refuses $kind according to its level', async ({ name, route, kind }) => {
    const row = EXPECTED[name];
    if (row === undefined) throw new Error(`${name} has no row`);
    const { ada, callers, store: original } = await cast;
    const { own, authorization, hasFactor, ageMs = 0 } = callers[kind];
    const { store, clock, send } = createTestApp({ store: original.copy(), ...PROVIDER_OPTIONS });
    await clock.advance(ageMs);
    const { path = route.path, body } = row.good(own, ada);
    const headers = authorization === undefined ? {} : { authorization, ...(body && { 'content-type': 'application/json' }) };
    const before = stateOf(store);
    const reply = await send({ method: route.method, path, body, headers });
    const admission = LEVELS[row.access][kind];
    const { answers = 'in', answersWithFactor = answers, answersOthers = answers } = row;
    const itself = own !== ada && answersOthers !== answers ? answersOthers : hasFactor === true ? answersWithFactor : answers;
    const expected = admission === 'in' ? itself : admission;
    const status = expected === 'in' ? route.status : ERRORS[expected].status;
    expect([reply.status, reply.body.code ?? 'in']).toEqual([status, expected]);
    // A refused caller has changed nothing.
    expect(admission === 'in' || isDeepStrictEqual(stateOf(store), before)).toBe(true);
  });

  it('Z1: a route without an access level, or with one that does not exist, does not compile', () => {
    type PublicFacts = Parameters<typeof publicRoute<unknown, undefined>>[0];
    type SessionFacts = Parameters<typeof sessionRoute<unknown, undefined>>[0];
    expectTypeOf<Omit<PublicFacts, 'access'>>().not.toExtend<PublicFacts>();
    expectTypeOf<Omit<SessionFacts, 'access'>>().not.toExtend<SessionFacts>();
    expectTypeOf<PublicFacts>().toExtend<PublicFacts>();
    expectTypeOf<undefined>().not.toExtend<PublicFacts['access']>();
    expectTypeOf<'anybody'>().not.toExtend<Access>();
    // A constructor for handlers without a session does not accept a level for sessions either.
    expectTypeOf<'session'>().not.toExtend<PublicFacts['access']>();
    expectTypeOf<'admin'>().not.toExtend<PublicFacts['access']>();
    expectTypeOf<'public'>().not.toExtend<SessionFacts['access']>();
    expectTypeOf<'public-or-session'>().not.toExtend<SessionFacts['access']>();
    expectTypeOf<'challenge-or-session'>().not.toExtend<SessionFacts['access']>();
  });

  it('Z1: the handler of a session route never runs without a session, even if called directly', async () => {
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
    const request = { caller: { ip: null, userAgent: null }, mount: '', current: null, refusal: null, challengeToken: undefined, cookies: {} };
    const run = async () => route.run(Object.create(null), { request, input: {} });
    await expect(run()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(ran).toBe(false);
  });

  it('Z1: the same rules apply without HTTP', async () => {
    const { auth } = createTestApp();
    const { accessToken, refreshToken } = await loginAs(auth);
    await expect(auth.api.me({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(auth.api.me({}, { accessToken: 'garbage' })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    expect((await auth.api.me({}, { accessToken })).user.email).toBe('ada@example.com');
    await auth.api.logout({ refreshToken });
    await expect(auth.api.me({}, { accessToken })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });
});

describe('objects of other users', () => {
  it.each(['sessions', 'devices'])('Z2: under /%s get the same 404 as unknown ids, and are not changed', async (kind) => {
    const { auth, get, del, store } = createTestApp();
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

  it('Z2: are not reached by an id in the body instead of the path', async () => {
    const { auth, del, get } = createTestApp();
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
