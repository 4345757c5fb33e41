import { describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, createTestApp, PASSWORD } from '../../test-kit/test-app.js';
import type { Reply, TestApp } from '../../test-kit/test-app.js';
import { aUser } from '../../testing/builders.js';
import { loginAs } from '../../testing/login-as.js';
import type { LoggedIn } from '../../testing/login-as.js';
import { createBcryptHasher } from '../passwords/bcrypt-hasher.js';
import type { EventRecord } from '../../ports/store/events.js';
import type { AuthEvent, AuthEventType } from '../../model/events.js';

const EMAIL = 'ada@example.com';

interface Case {
  readonly act: (world: TestApp, session: LoggedIn) => Promise<Reply>;
  readonly leaves: readonly (Partial<EventRecord> & { readonly type?: AuthEventType; readonly about?: 'ada' | 'nobody' })[];
  readonly maxPerUser?: number;
}

const failure = { outcome: 'failure' } as const;
const success = { outcome: 'success' } as const;

/** The exact events that each of these writes to the audit trail. */
const CASES: Readonly<Record<string, Case>> = {
  'a registration': {
    act: ({ post }) => post('/register', { email: 'b@example.com', password: PASSWORD, name: 'B' }),
    leaves: [{ type: 'account.registered', ...success, detail: { role: 'user' } }],
  },
  'a registration with a taken email': {
    act: ({ post }) => post('/register', { email: EMAIL, password: PASSWORD, name: 'B' }),
    leaves: [{ type: 'account.registration-refused', ...failure, about: 'nobody', detail: { reason: 'email-taken' } }],
  },
  'a registration with a taken username': {
    act: ({ post }) => post('/register', { email: 'b@example.com', username: 'ADA', password: PASSWORD, name: 'B' }),
    leaves: [{ type: 'account.registration-refused', ...failure, about: 'nobody', detail: { reason: 'username-taken' } }],
  },
  'a registration as admin without the admin password': {
    act: ({ post }) => post('/register', { email: 'b@example.com', password: PASSWORD, name: 'B', role: 'admin' }),
    leaves: [{ type: 'account.registration-refused', ...failure, about: 'nobody', detail: { reason: 'admin-password', role: 'admin' } }],
  },
  'a login': {
    act: ({ post }) => post('/login', { email: EMAIL, password: PASSWORD }),
    leaves: [{ type: 'login.succeeded', ...success, about: 'ada', detail: { newDevice: true } }],
  },
  'a login from a known device': {
    act: ({ post }, { deviceToken }) => post('/login', { email: EMAIL, password: PASSWORD, deviceToken }),
    leaves: [{ type: 'login.succeeded', ...success, about: 'ada', detail: { newDevice: false } }],
  },
  'a login past maxPerUser': {
    act: ({ post }) => post('/login', { email: EMAIL, password: PASSWORD }),
    maxPerUser: 1,
    leaves: [
      { type: 'session.ended', ...success, about: 'ada', detail: { reason: 'session-limit' } },
      { type: 'login.succeeded', ...success, about: 'ada' },
    ],
  },
  'a login with a wrong password': {
    act: ({ post }) => post('/login', { email: EMAIL, password: 'wrong' }),
    leaves: [{ type: 'login.failed', ...failure, about: 'ada', actorId: null, detail: { reason: 'wrong-password' } }],
  },
  'a login of nobody': {
    act: ({ post }) => post('/login', { email: 'nobody@example.com', password: 'wrong' }),
    leaves: [{ type: 'login.failed', ...failure, about: 'nobody', detail: { reason: 'unknown-account' } }],
  },
  'a login to a disabled account': {
    async act({ post, store }) {
      const passwordHash = await createBcryptHasher({ cost: 4, maxCost: 14, peppers: [] }).hash(PASSWORD);
      await store.users.insert(aUser({ email: 'off@example.com', passwordHash, disabledAt: 1 }));
      return post('/login', { email: 'off@example.com', password: PASSWORD });
    },
    leaves: [{ type: 'login.failed', ...failure, detail: { reason: 'disabled-account' } }],
  },
  'an admin login of a user': {
    act: ({ post }) => post('/admin-login', { email: EMAIL, password: PASSWORD, adminPassword: ADMIN_PASSWORD }),
    leaves: [{ type: 'login.failed', ...failure, about: 'ada', detail: { reason: 'not-allowed' } }],
  },
  'a refresh': {
    act: ({ post }, { refreshToken }) => post('/refresh-token', { refreshToken }),
    leaves: [{ type: 'session.refreshed', ...success, about: 'ada' }],
  },
  'a refresh, repeated': {
    async act({ post }, { refreshToken }) {
      await post('/refresh-token', { refreshToken });
      return post('/refresh-token', { refreshToken });
    },
    leaves: [{ type: 'session.refreshed', ...success, about: 'ada' }],
  },
  'a replay': {
    async act({ post, get, clock }, { refreshToken }) {
      await get('/me', (await post('/refresh-token', { refreshToken })).body.data.accessToken);
      await clock.advance(31_000);
      return post('/refresh-token', { refreshToken });
    },
    leaves: [
      { type: 'session.refreshed', ...success, about: 'ada' },
      { type: 'session.reused', ...failure, about: 'ada', actorId: null, detail: { ended: true, generationsBehind: 1 } },
    ],
  },
  'a refresh after logout': {
    async act({ post }, { refreshToken }) {
      await post('/logout', { refreshToken });
      return post('/refresh-token', { refreshToken });
    },
    leaves: [
      { type: 'session.ended', ...success, about: 'ada', detail: { reason: 'logout' } },
      { type: 'session.refresh-refused', ...failure, about: 'ada', detail: { reason: 'logout' } },
    ],
  },
  'a forged refresh token': {
    act: ({ post }) => post('/refresh-token', { refreshToken: 'sp_rt_forged' }),
    leaves: [],
  },
  'a forged access token': { act: ({ get }) => get('/me', 'a.b.c'), leaves: [] },
  'an access token after logout': {
    async act({ post, get }, { refreshToken, accessToken }) {
      await post('/logout', { refreshToken });
      return get('/me', accessToken);
    },
    leaves: [
      { type: 'session.ended', ...success, about: 'ada' },
      { type: 'access.denied', ...failure, detail: { code: 'INVALID_TOKEN', reason: 'session-ended' } },
    ],
  },
  'a session that is not recent enough': {
    async act({ get, clock }, { accessToken }) {
      await clock.advance(6 * 60_000);
      return get('/me/export', accessToken);
    },
    leaves: [{ type: 'access.denied', ...failure, about: 'ada', detail: { code: 'STEP_UP_REQUIRED' } }],
  },
  'a logout': {
    act: ({ post }, { accessToken }) => post('/logout', {}, accessToken),
    leaves: [{ type: 'session.ended', ...success, about: 'ada', detail: { reason: 'logout' } }],
  },
  'a logout, repeated': {
    async act({ post }, { refreshToken }) {
      await post('/logout', { refreshToken });
      return post('/logout', { refreshToken });
    },
    leaves: [{ type: 'session.ended', ...success, about: 'ada', detail: { reason: 'logout' } }],
  },
  "a logout in another's name": {
    act: ({ post }, { accessToken }) => post('/logout', { id: '01JGFJJZ00ZZZZZZZZZZZZZZZZ' }, accessToken),
    leaves: [{ type: 'access.denied', ...failure, about: 'ada', detail: { code: 'FORBIDDEN' } }],
  },
  'a logout-all': {
    act: ({ post }, { accessToken }) => post('/logout-all', {}, accessToken),
    leaves: [{ type: 'session.all-ended', ...success, about: 'ada', detail: { revoked: 1 } }],
  },
  'the end of a session': {
    act: ({ del }, { accessToken, sessionId }) => del(`/sessions/${sessionId}`, accessToken),
    leaves: [{ type: 'session.ended', ...success, about: 'ada', detail: { reason: 'ended-by-user' } }],
  },
  'a reauthentication': {
    act: ({ post }, { accessToken }) => post('/reauthenticate', { password: PASSWORD }, accessToken),
    leaves: [{ type: 'session.reauthenticated', ...success, about: 'ada' }],
  },
  'a reauthentication with a wrong password': {
    act: ({ post }, { accessToken }) => post('/reauthenticate', { password: 'wrong' }, accessToken),
    leaves: [{ type: 'session.reauthentication-failed', ...failure, about: 'ada' }],
  },
  'a change of name': {
    act: ({ send }, { accessToken: token }) => send({ method: 'PATCH', path: '/me', token, body: { name: 'B' } }),
    leaves: [{ type: 'account.updated', ...success, about: 'ada', detail: { fields: 'name' } }],
  },
  'an export': {
    act: ({ get }, { accessToken }) => get('/me/export', accessToken),
    leaves: [{ type: 'account.exported', ...success, about: 'ada' }],
  },
  'a device that is forgotten': {
    async act({ get, del }, { accessToken }) {
      const { devices } = (await get('/devices', accessToken)).body.data;
      return del(`/devices/${devices[0]?.id}`, accessToken);
    },
    leaves: [{ type: 'device.forgotten', ...success, about: 'ada' }],
  },
  'a removal': {
    act: ({ del }, { accessToken }) => del('/me', accessToken, { password: PASSWORD }),
    leaves: [{ type: 'account.removed', ...success, about: 'ada', ip: null, userAgent: null }],
  },
  'a removal with a wrong password': {
    act: ({ del }, { accessToken }) => del('/me', accessToken, { password: 'wrong' }),
    leaves: [{ type: 'session.reauthentication-failed', ...failure, about: 'ada' }],
  },
  'a body that is not valid': { act: ({ post }) => post('/login', { email: 1 }), leaves: [] },
  'a look at oneself': { act: ({ get }, { accessToken }) => get('/me', accessToken), leaves: [] },
};

/** Events of mail delivery are left out: they occur independently of the requests. */
const isOfRequest = ({ type }: AuthEvent): boolean => !type.startsWith('message.');

function eventsOf({ store }: TestApp): AuthEvent[] {
  return ((store.dump()['events'] ?? []) as AuthEvent[]).filter(isOfRequest);
}

/** The events written since then. Compared by id, because ids of two processes have no common order. */
function eventsSince(world: TestApp, before: readonly AuthEvent[]): AuthEvent[] {
  const known = new Set(before.map(({ id }) => id));
  return eventsOf(world).filter(({ id }) => !known.has(id));
}

describe('the audit trail', () => {
  it.each(Object.entries(CASES))('G1: records exactly the events of %s', async (_name, { act, leaves, maxPerUser = 50 }) => {
    const world = createTestApp({ session: { maxPerUser }, audit: { refreshes: true } });
    const session = await loginAs(world.auth, { username: 'ada' });
    const before = eventsOf(world);
    await act(world, session);
    const left = eventsSince(world, before);
    const expected = leaves.map(({ about, ...event }) => ({
      ip: '192.0.2.1',
      userAgent: null,
      ...(about === undefined ? {} : { userId: about === 'ada' ? session.userId : null }),
      ...event,
    }));
    expect(left).toMatchObject(expected);
    expect(left).toHaveLength(expected.length);
  });

  it('G1: records address and user agent', async () => {
    const world = createTestApp();
    const headers = { 'user-agent': 'Mozilla/5.0\u0000\u001b[31m' };
    const body = { email: EMAIL, password: 'x' };
    await world.send({ method: 'POST', path: '/login', body, headers, ip: '2001:db8::1' });
    expect(eventsOf(world)).toMatchObject([{ ip: '2001:db8::1', userAgent: 'Mozilla/5.0??[31m', at: world.clock.now() }]);
  });

  it('G1: ignores forwarding headers, which only the host can trust', async () => {
    const world = createTestApp();
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' };
    await world.send({ method: 'POST', path: '/login', body: { email: EMAIL, password: 'x' }, headers });
    expect(eventsOf(world)[0]?.ip).toBe('192.0.2.1');
  });

  it('G1: a reauthentication of a session that ended meanwhile is recorded as failed', async () => {
    const world = createTestApp();
    const { userId, accessToken } = await loginAs(world.auth);
    const reauthenticate = () => Promise.resolve(false);
    const losing = createTestApp({
      clock: world.clock,
      store: { ...world.store, transaction: (work) => world.store.transaction((tx) => work({ ...tx, sessions: { ...tx.sessions, reauthenticate } })) },
    });
    const before = eventsOf(world);
    expect((await losing.post('/reauthenticate', { password: PASSWORD }, accessToken)).body.code).toBe('INVALID_TOKEN');
    expect(eventsSince(world, before)).toMatchObject([{ type: 'session.reauthentication-failed', outcome: 'failure', userId }]);
  });

  it('G1: a login that fails because of a concurrent password change is recorded as failed', async () => {
    const world = createTestApp();
    const { userId } = await loginAs(world.auth);
    const losing = createTestApp({
      clock: world.clock,
      store: { ...world.store, transaction: (work) => world.store.transaction((tx) => work({ ...tx, users: { ...tx.users, recordLogin: () => Promise.resolve(false) } })) },
    });
    const before = eventsOf(world);
    expect((await losing.post('/login', { email: EMAIL, password: PASSWORD })).body.code).toBe('INVALID_CREDENTIALS');
    expect(eventsSince(world, before)).toMatchObject([{ type: 'login.failed', outcome: 'failure', userId }]);
  });
});

describe('the listener', () => {
  it('G1: receives each committed event as it is stored', async () => {
    const world = createTestApp();
    await loginAs(world.auth);
    await world.post('/login', { email: EMAIL, password: 'wrong' });
    const heard = world.emitted;
    expect(heard.map(({ type }) => type)).toEqual(['account.registered', 'login.succeeded', 'login.failed']);
    expect(heard.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(eventsOf(world));
  });

  it.each<[string, () => void | Promise<void>]>([
    ['throws', () => {
      throw new Error('CANARY');
    }],
    ['rejects', () => Promise.reject(new Error('CANARY'))],
  ])('that %s does not fail a request, and the error is logged without its message', async (_what, onEvent) => {
    const { auth, log } = createTestApp({ onEvent });
    await loginAs(auth);
    await new Promise(setImmediate);
    const errors = log.filter(({ level }) => level === 'error').map(({ message }) => message);
    expect(errors.length).toBeGreaterThanOrEqual(2);
    expect(new Set(errors)).toEqual(new Set(['onEvent threw']));
    expect(JSON.stringify(log)).not.toContain('CANARY');
  });

  it('does not delay requests if it never resolves', async () => {
    const onEvent = (): Promise<void> => new Promise<never>(() => undefined);
    const { auth } = createTestApp({ onEvent });
    expect((await loginAs(auth)).userId).toEqual(expect.any(String));
  });
});
