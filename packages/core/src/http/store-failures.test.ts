import { describe, expect, it } from 'vitest';
import { createBcryptHasher } from '../features/passwords/bcrypt-hasher.js';
import { failAtEveryCall, runFlow, UPGRADED } from '../test-kit/failing-flows.js';
import type { Flow } from '../test-kit/failing-flows.js';
import { ADMIN_PASSWORD, PASSWORD } from '../test-kit/world.js';
import type { ClientRequest } from '../testing/client.js';
import { loginAs } from '../testing/login-as.js';
import { aUser } from '../testing/builders.js';
import { routes } from './routes.js';

const post = (path: string, body: object, token?: string): ClientRequest => ({ method: 'POST', path, body, token });
const EMAIL = 'ada@example.com';

const FLOWS: Readonly<Record<string, Flow>> = {
  register: {
    route: 'register',
    prepare: () => post('/register', { email: 'new@example.com', password: PASSWORD, name: 'New', username: 'new' }),
    ends: 201,
  },
  'register, where the email is taken': {
    route: 'register',
    prepare: () => post('/register', { email: EMAIL, password: PASSWORD, name: 'New' }),
    ends: 'EMAIL_TAKEN',
  },
  'register, with a wrong admin password': {
    route: 'register',
    prepare: () => post('/register', { email: 'new@example.com', password: PASSWORD, name: 'New', role: 'admin', adminPassword: 'x' }),
    ends: 'ADMIN_PASSWORD_REQUIRED',
  },
  login: { route: 'login', prepare: () => post('/login', { email: EMAIL, password: PASSWORD }), ends: 200 },
  'login, from a known device': {
    route: 'login',
    prepare: (_world, { deviceToken }) => post('/login', { email: EMAIL, password: PASSWORD, deviceToken }),
    ends: 200,
  },
  'login, past maxPerUser': {
    route: 'login',
    async prepare({ auth }) {
      await loginAs(auth);
      return post('/login', { email: EMAIL, password: PASSWORD });
    },
    ends: 200,
  },
  'login, with a hash to upgrade': {
    route: 'login',
    async prepare({ store }) {
      const passwordHash = await createBcryptHasher({ cost: 5, maxCost: 14, peppers: [] }).hash(PASSWORD);
      await store.users.insert(aUser({ email: UPGRADED, passwordHash }));
      return post('/login', { email: UPGRADED, password: PASSWORD });
    },
    ends: 200,
  },
  'login, with a wrong password': {
    route: 'login',
    prepare: () => post('/login', { email: EMAIL, password: 'wrong' }),
    ends: 'INVALID_CREDENTIALS',
  },
  'login, of nobody': {
    route: 'login',
    prepare: () => post('/login', { username: 'nobody', password: 'wrong' }),
    ends: 'INVALID_CREDENTIALS',
  },
  'admin login': {
    route: 'adminLogin',
    prepare: () => post('/admin-login', { email: 'admin@example.com', password: PASSWORD, adminPassword: ADMIN_PASSWORD }),
    ends: 201,
  },
  refresh: { route: 'refresh', prepare: (_world, { refreshToken }) => post('/refresh-token', { refreshToken }), ends: 200 },
  'refresh, repeated within the grace': {
    route: 'refresh',
    async prepare(world, { refreshToken }) {
      await world.post('/refresh-token', { refreshToken });
      return post('/refresh-token', { refreshToken });
    },
    ends: 200,
  },
  'refresh, replayed after it': {
    route: 'refresh',
    async prepare(world, { refreshToken }) {
      await world.post('/refresh-token', { refreshToken });
      await world.clock.advance(11_000);
      return post('/refresh-token', { refreshToken });
    },
    ends: 'REFRESH_TOKEN_REUSED',
  },
  'refresh, of a session that has ended': {
    route: 'refresh',
    async prepare(world, { refreshToken }) {
      await world.post('/logout', { refreshToken });
      return post('/refresh-token', { refreshToken });
    },
    ends: 'SESSION_EXPIRED',
  },
  reauthenticate: {
    route: 'reauthenticate',
    prepare: (_world, { accessToken }) => post('/reauthenticate', { password: PASSWORD }, accessToken),
    ends: 200,
  },
  'reauthenticate, with a wrong password': {
    route: 'reauthenticate',
    prepare: (_world, { accessToken }) => post('/reauthenticate', { password: 'wrong' }, accessToken),
    ends: 'INVALID_CREDENTIALS',
  },
  logout: { route: 'logout', prepare: (_world, { accessToken }) => post('/logout', {}, accessToken), ends: 200 },
  'logout, by refresh token': {
    route: 'logout',
    prepare: (_world, { refreshToken }) => post('/logout', { refreshToken }),
    ends: 200,
  },
  'logout-all': {
    route: 'logoutAll',
    async prepare({ auth }, { accessToken, deviceToken }) {
      await loginAs(auth, { deviceToken });
      return post('/logout-all', {}, accessToken);
    },
    ends: 200,
  },
  'end a session': {
    route: 'endSession',
    async prepare({ auth }, { accessToken }) {
      const other = await loginAs(auth);
      return { method: 'DELETE', path: `/sessions/${other.sessionId}`, token: accessToken };
    },
    ends: 204,
  },
  'list sessions': { route: 'sessions', prepare: (_world, { accessToken: token }) => ({ path: '/sessions', token }), ends: 200 },
  'list devices': { route: 'devices', prepare: (_world, { accessToken: token }) => ({ path: '/devices', token }), ends: 200 },
  'forget a device': {
    route: 'forgetDevice',
    async prepare(world, { accessToken: token }) {
      const { devices } = (await world.get('/devices', token)).body.data;
      return { method: 'DELETE', path: `/devices/${devices[0]?.id}`, token };
    },
    ends: 204,
  },
  me: { route: 'me', prepare: (_world, { accessToken: token }) => ({ path: '/me', token }), ends: 200 },
  'me, with an ended session': {
    route: 'me',
    async prepare(world, { accessToken: token, refreshToken }) {
      await world.post('/logout', { refreshToken });
      return { path: '/me', token };
    },
    ends: 'INVALID_TOKEN',
  },
  'update me': {
    route: 'updateMe',
    prepare: (_world, { accessToken: token }) => ({ method: 'PATCH', path: '/me', token, body: { name: 'B', username: 'bob' } }),
    ends: 200,
  },
  'delete me': {
    route: 'deleteMe',
    prepare: (_world, { accessToken: token }) => ({ method: 'DELETE', path: '/me', token, body: { password: PASSWORD } }),
    ends: 204,
  },
  'delete me, the last administrator': {
    route: 'deleteMe',
    async prepare({ auth }) {
      const { accessToken: token } = await loginAs(auth, { email: 'admin@example.com' });
      return { method: 'DELETE', path: '/me', token, body: { password: PASSWORD } };
    },
    ends: 'LAST_ADMIN',
  },
  export: { route: 'exportMe', prepare: (_world, { accessToken: token }) => ({ path: '/me/export', token }), ends: 200 },
  'export, of a session that is not recent': {
    route: 'exportMe',
    async prepare({ clock }, { accessToken: token }) {
      await clock.advance(6 * 60_000);
      return { path: '/me/export', token };
    },
    ends: 'STEP_UP_REQUIRED',
  },
};

/** In `test-kit/recovery-flows.test.ts`. */
const IN_RECOVERY: readonly (keyof typeof routes)[] = [
  'requestPasswordReset',
  'resetPassword',
  'changePassword',
  'requestVerification',
  'verifyEmail',
  'changeEmail',
];

/** In `features/two-factor/two-factor-failures.test.ts`. */
const IN_TWO_FACTOR: readonly (keyof typeof routes)[] = [
  'twoFactor',
  'setUpTwoFactor',
  'enableTwoFactor',
  'challengeTwoFactor',
  'verifyTwoFactor',
  'verifyBackupCode',
  'regenerateBackupCodes',
  'disableTwoFactor',
  'deleteTwoFactor',
];

/** In `features/users/users-failures.test.ts`. */
const IN_USERS: readonly (keyof typeof routes)[] = ['users', 'user', 'updateUser', 'putUser'];

describe('with the store failing at any single call', () => {
  it('F1: every route that asks the store has a flow here, or beside its feature', () => {
    const covered = new Set([...Object.values(FLOWS).map(({ route }) => route), ...IN_RECOVERY, ...IN_TWO_FACTOR, ...IN_USERS]);
    const withoutStore = new Set(['health', 'jwks', 'openapi']);
    expect(Object.keys(routes).filter((name) => !withoutStore.has(name)).toSorted()).toEqual([...covered].toSorted());
  });

  it.each(Object.entries(FLOWS))('F1: %s issues no token and does nothing by halves', async (_name, flow) => {
    expect(await failAtEveryCall(flow)).toBeGreaterThan(0);
  });

  it('F1: a login succeeds without the upgrade of its hash, and has said so to the log', async () => {
    const flow = FLOWS['login, with a hash to upgrade'];
    if (flow === undefined) throw new Error('no such flow');
    const { calls: total } = await runFlow(flow, Infinity);
    let unnoticed = 0;
    for (let failAt = 1; failAt <= total; failAt += 1) {
      const { reply, world } = await runFlow(flow, failAt);
      if (reply.status === 200) unnoticed += 1;
      expect(world.log.some(({ message }) => message.includes('could not be upgraded'))).toBe(reply.status === 200);
    }
    expect(unnoticed).toBeGreaterThan(0);
    expect(unnoticed).toBeLessThan(total);
  });
});
