import { loginAs } from '../../testing/login-as.js';
import { post } from './flow.js';
import type { Flows } from './flow.js';

export const sessionFlows: Flows = {
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
      await world.get('/me', (await world.post('/refresh-token', { refreshToken })).body.data.accessToken);
      await world.clock.advance(31_000);
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
};
