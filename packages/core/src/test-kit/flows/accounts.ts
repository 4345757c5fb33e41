import { loginAs } from '../../testing/login-as.js';
import { ADA } from '../mail-test-app.js';
import { PASSWORD, WRONG_PASSWORD } from '../test-app.js';
import { post } from './flow.js';
import type { Flows } from './flow.js';

export const accountFlows: Flows = {
  register: {
    route: 'register',
    prepare: () => post('/register', { email: 'new@example.com', password: PASSWORD, name: 'New', username: 'new' }),
    ends: 201,
  },
  'register, where the email is taken': {
    route: 'register',
    prepare: () => post('/register', { email: ADA, password: PASSWORD, name: 'New' }),
    ends: 'EMAIL_TAKEN',
  },
  'register, with a wrong admin password': {
    route: 'register',
    prepare: () => post('/register', { email: 'new@example.com', password: PASSWORD, name: 'New', role: 'admin', adminPassword: WRONG_PASSWORD }),
    ends: 'ADMIN_PASSWORD_REQUIRED',
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
