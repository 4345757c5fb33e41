import { createBcryptHasher } from '../../features/passwords/bcrypt-hasher.js';
import { aUser } from '../../testing/builders.js';
import { loginAs } from '../../testing/login-as.js';
import { ADA } from '../mail-test-app.js';
import { ADMIN_PASSWORD, PASSWORD, WRONG_PASSWORD } from '../test-app.js';
import { post } from './flow.js';
import type { Flows } from './flow.js';

/** A user whose hash has another cost than the configured one. */
export const UPGRADED = 'old@example.com';

export const loginFlows: Flows = {
  login: { route: 'login', prepare: () => post('/login', { email: ADA, password: PASSWORD }), ends: 200 },
  'login, from a known device': {
    route: 'login',
    prepare: (_world, { deviceToken }) => post('/login', { email: ADA, password: PASSWORD, deviceToken }),
    ends: 200,
  },
  'login, past maxPerUser': {
    route: 'login',
    async prepare({ auth }) {
      await loginAs(auth);
      return post('/login', { email: ADA, password: PASSWORD });
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
    prepare: () => post('/login', { email: ADA, password: WRONG_PASSWORD }),
    ends: 'INVALID_CREDENTIALS',
  },
  'login, after too many wrong passwords': {
    route: 'login',
    async prepare(world) {
      for (let n = 0; n < 5; n += 1) await world.post('/login', { email: ADA, password: WRONG_PASSWORD });
      return post('/login', { email: ADA, password: PASSWORD });
    },
    ends: 'TOO_MANY_REQUESTS',
  },
  'login, of nobody': {
    route: 'login',
    prepare: () => post('/login', { username: 'nobody', password: WRONG_PASSWORD }),
    ends: 'INVALID_CREDENTIALS',
  },
  'admin login': {
    route: 'adminLogin',
    prepare: () => post('/admin-login', { email: 'admin@example.com', password: PASSWORD, adminPassword: ADMIN_PASSWORD }),
    ends: 201,
  },
  reauthenticate: {
    route: 'reauthenticate',
    prepare: (_world, { accessToken }) => post('/reauthenticate', { password: PASSWORD }, accessToken),
    ends: 200,
  },
  'reauthenticate, with a wrong password': {
    route: 'reauthenticate',
    prepare: (_world, { accessToken }) => post('/reauthenticate', { password: WRONG_PASSWORD }, accessToken),
    ends: 'INVALID_CREDENTIALS',
  },
};
