import type { ClientRequest } from '../../testing/client.js';
import { loginAs } from '../../testing/login-as.js';
import type { LoggedIn } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';
import { ADA, NEW_PASSWORD } from '../mail-test-app.js';
import type { MailTestApp } from '../mail-test-app.js';
import { ADMIN } from '../admin-test-app.js';
import { post } from './flow.js';
import type { Flow, Flows } from './flow.js';


type Request = Pick<ClientRequest, 'method' | 'query' | 'body'> & { readonly suffix?: string };

/** An administrator's request about Ada's account. */
const byAdmin = (
  route: Flow['route'],
  { suffix = '', ...request }: Request,
  { ends = 200, before }: { readonly ends?: Flow['ends']; readonly before?: (world: MailTestApp, ada: LoggedIn) => Promise<void> } = {},
): Flow => ({
  route,
  async prepare(world, ada) {
    await before?.(world, ada);
    const { accessToken: token } = await loginAs(world.auth, ADMIN);
    return { ...request, path: `/users/${ada.userId}${suffix}`, token };
  },
  ends,
});

export const userFlows: Flows = {
  'list users': {
    route: 'users',
    async prepare({ auth }) {
      return { path: '/users', query: 'search=A&limit=1', token: (await loginAs(auth, ADMIN)).accessToken };
    },
    ends: 200,
  },
  invite: {
    route: 'inviteUser',
    async prepare({ auth }) {
      const { accessToken: token } = await loginAs(auth, ADMIN);
      return { method: 'POST', path: '/users', body: { email: 'bob@example.com', name: 'Bob', username: 'bob' }, token };
    },
    ends: 201,
  },
  'invite a registered user': {
    route: 'inviteUser',
    async prepare({ auth }) {
      return { method: 'POST', path: '/users', body: { email: ADA, name: 'Ada' }, token: (await loginAs(auth, ADMIN)).accessToken };
    },
    ends: 'EMAIL_TAKEN',
  },
  'accept an invitation': {
    route: 'resetPassword',
    async prepare({ auth, tokenOf }) {
      const { accessToken } = await loginAs(auth, ADMIN);
      await auth.api.inviteUser({ email: 'bob@example.com', name: 'Bob' }, { accessToken });
      return post('/password/reset', { token: await tokenOf('invitation'), newPassword: NEW_PASSWORD });
    },
    ends: 200,
  },
  'remove a user': byAdmin('removeUser', { method: 'DELETE' }, { ends: 204 }),
  'remove the last administrator': {
    route: 'removeUser',
    async prepare({ auth }) {
      const { userId, password, accessToken: token } = await loginAs(auth, ADMIN);
      return { method: 'DELETE', path: `/users/${userId}`, body: { password }, token };
    },
    ends: 'LAST_ADMIN',
  },
  'log a user out': byAdmin('logOutUser', { method: 'POST', suffix: '/logout' }),
  'start a password reset': byAdmin('startPasswordReset', { method: 'POST', suffix: '/password-reset' }),
  'start one of a disabled account': byAdmin(
    'startPasswordReset',
    { method: 'POST', suffix: '/password-reset' },
    { ends: 'ACCOUNT_DISABLED', before: async ({ store, clock }, { userId }) => void (await store.users.update(userId, { disabled: true }, { at: clock.now(), keepLastOf: 'admin' })) },
  ),
  'start one password reset too many': byAdmin(
    'startPasswordReset',
    { method: 'POST', suffix: '/password-reset' },
    {
      ends: 'TOO_MANY_REQUESTS',
      async before({ auth }, { userId }) {
        const { accessToken } = await loginAs(auth, ADMIN);
        await auth.api.startPasswordReset({ id: userId }, { accessToken });
      },
    },
  ),
  'reset a second factor': byAdmin(
    'resetTwoFactor',
    { method: 'DELETE', suffix: '/2fa' },
    {
      async before({ auth, clock }, { accessToken }) {
        const setUp = await auth.api.setUpTwoFactor({}, { accessToken });
        await auth.api.enableTwoFactor({ token: totp('secret' in setUp ? setUp.secret : '', clock) }, { accessToken });
      },
    },
  ),
  'read a trail': byAdmin('userEvents', { method: 'GET', suffix: '/events' }),
  'show a user': byAdmin('user', { method: 'GET' }),
  'change everything of a user': byAdmin('updateUser', {
    method: 'PATCH',
    body: { name: 'B', username: 'bob', email: 'bob@example.com', role: 'admin', disabled: true },
  }),
  'move a user to another address': byAdmin('updateUser', { method: 'PATCH', body: { email: 'bob@example.com' } }),
  'give a user another name': byAdmin('putUser', { method: 'PUT', body: { name: 'B' } }),
  'give a user an address that is taken': byAdmin('updateUser', { method: 'PATCH', body: { email: ADMIN.email } }, { ends: 'EMAIL_TAKEN' }),
  'change one’s own name as a user': {
    route: 'updateUser',
    prepare: (_world, { userId, accessToken: token }) => ({ method: 'PATCH', path: `/users/${userId}`, token, body: { name: 'B' } }),
    ends: 200,
  },
  'make oneself an administrator': {
    route: 'updateUser',
    prepare: (_world, { userId, accessToken: token }) => ({ method: 'PATCH', path: `/users/${userId}`, token, body: { role: 'admin' } }),
    ends: 'FORBIDDEN',
  },
  'demote the last administrator': {
    route: 'updateUser',
    async prepare({ auth }) {
      const { userId, accessToken: token } = await loginAs(auth, ADMIN);
      return { method: 'PATCH', path: `/users/${userId}`, token, body: { role: 'user' } };
    },
    ends: 'LAST_ADMIN',
  },
};
