import type { ClientRequest } from '../../testing/client.js';
import { loginAs } from '../../testing/login-as.js';
import type { LoggedIn } from '../../testing/login-as.js';
import type { MailWorld } from '../mail-world.js';
import { ADMIN_PASSWORD } from '../world.js';
import type { Flow, Flows } from './flow.js';

const ADMIN = { email: 'admin@example.com', role: 'admin', adminPassword: ADMIN_PASSWORD };

type Request = Pick<ClientRequest, 'method' | 'query' | 'body'> & { readonly suffix?: string };

/** What an administrator asks of Ada's account. */
const byAdmin = (
  route: Flow['route'],
  { suffix = '', ...request }: Request,
  { ends = 200, before }: { readonly ends?: Flow['ends']; readonly before?: (world: MailWorld, ada: LoggedIn) => Promise<void> } = {},
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
