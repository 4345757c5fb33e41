import { ADA, NEW_PASSWORD } from '../mail-test-app.js';
import { PASSWORD } from '../test-app.js';
import { post } from './flow.js';
import type { Flows } from './flow.js';

export const recoveryFlows: Flows = {
  'a request for a reset': { route: 'requestPasswordReset', prepare: () => post('/password/request', { email: ADA }), ends: 200 },
  'a request for a reset, of nobody': {
    route: 'requestPasswordReset',
    prepare: () => post('/password/request', { email: 'nobody@example.com' }),
    ends: 200,
  },
  'a reset': {
    route: 'resetPassword',
    async prepare(world) {
      await world.post('/password/request', { email: ADA });
      return post('/password/reset', { token: await world.tokenOf('password-reset'), newPassword: NEW_PASSWORD });
    },
    ends: 200,
  },
  'a change of password': {
    route: 'changePassword',
    prepare: (_world, { accessToken }) =>
      post('/password/change', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, accessToken),
    ends: 200,
  },
  'a request for a verification': {
    route: 'requestVerification',
    prepare({ clock }) {
      clock.set(clock.now() + 60_000);
      return post('/email/verification/request', { email: ADA });
    },
    ends: 200,
  },
  'a verification': {
    route: 'verifyEmail',
    prepare: async ({ tokenOf }) => post('/email/verify', { token: await tokenOf('email-verification') }),
    ends: 200,
  },
  'a request for a change of address': {
    route: 'changeEmail',
    prepare: (_world, { accessToken }) => post('/email/change', { newEmail: 'new@example.com', password: PASSWORD }, accessToken),
    ends: 200,
  },
  'a change of address': {
    route: 'verifyEmail',
    async prepare(world, { accessToken }) {
      await world.post('/email/change', { newEmail: 'new@example.com', password: PASSWORD }, accessToken);
      return post('/email/verify', { token: await world.tokenOf('email-change') });
    },
    ends: 200,
  },
};
