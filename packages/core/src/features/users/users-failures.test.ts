import { describe, expect, it } from 'vitest';
import { failAtEveryCall } from '../../test-kit/failing-flows.js';
import type { Flow } from '../../test-kit/failing-flows.js';

/** What an administrator does to whoever is logged in. */
const by = (route: Flow['route'], method: string, suffix = '', body?: object, ends: Flow['ends'] = 200): Flow => ({
  route,
  prepare: (_world, { userId }, { accessToken: token }) => ({ method, path: `/users/${userId}${suffix}`, token, body }),
  ends,
});

const FLOWS: Readonly<Record<string, Flow>> = {
  'list users': { route: 'users', prepare: (_world, _session, { accessToken: token }) => ({ path: '/users', query: 'search=A', token }), ends: 200 },
  'one user': by('user', 'GET'),
  'change everything of a user': by('updateUser', 'PATCH', '', {
    name: 'B', username: 'bob', email: 'bob@example.com', role: 'admin', disabled: true,
  }),
  'change a name': by('putUser', 'PUT', '', { name: 'B' }),
  'take an address': by('updateUser', 'PATCH', '', { name: 'B', email: 'admin@example.com' }, 'EMAIL_TAKEN'),
  'demote the last administrator': {
    route: 'updateUser',
    prepare: (_world, _session, { userId, accessToken: token }) => ({ method: 'PATCH', path: `/users/${userId}`, token, body: { role: 'user' } }),
    ends: 'LAST_ADMIN',
  },
  'change of an address by its owner': {
    route: 'updateUser',
    prepare: (_world, { userId, accessToken: token }) => ({ method: 'PATCH', path: `/users/${userId}`, token, body: { email: 'b@example.com' } }),
    ends: 'FORBIDDEN',
  },
};

describe('what administrators do, with the store failing at any single call', () => {
  it.each(Object.entries(FLOWS))('F1: %s does nothing by halves', async (_name, flow) => {
    expect(await failAtEveryCall(flow)).toBeGreaterThan(0);
  });
});
