import { ADA } from '../mail-test-app.js';
import type { MailTestApp } from '../mail-test-app.js';
import type { ClientRequest } from '../../testing/client.js';
import { post } from './flow.js';
import type { Flows } from './flow.js';

const NEW = 'new@example.com';

/** Requests a mail, and returns the request with the link's token. */
async function byLink(world: MailTestApp, email: string): Promise<ClientRequest> {
  await world.post('/login/email', { email });
  return post('/login/email/verify', { token: await world.tokenOf('email-login') });
}

export const emailLoginFlows: Flows = {
  'a request to log in by email': { route: 'requestEmailLogin', prepare: () => post('/login/email', { email: ADA }), ends: 200 },
  'a request to log in by a code': {
    route: 'requestEmailLogin',
    prepare: () => post('/login/email', { email: ADA, method: 'code' }),
    ends: 200,
  },
  'a request to log in by email, of nobody': { route: 'requestEmailLogin', prepare: () => post('/login/email', { email: NEW }), ends: 200 },
  'a login by a link, of an address that nobody had proven': {
    route: 'verifyEmailLogin',
    prepare: (world) => byLink(world, ADA),
    ends: 200,
  },
  'a login by a link': {
    route: 'verifyEmailLogin',
    async prepare(world) {
      await world.post('/email/verify', { token: await world.tokenOf('email-verification') });
      return byLink(world, ADA);
    },
    ends: 200,
  },
  'a login by a code': {
    route: 'verifyEmailLogin',
    async prepare(world) {
      await world.post('/email/verify', { token: await world.tokenOf('email-verification') });
      const { loginToken } = (await world.post('/login/email', { email: ADA, method: 'code' })).body.data;
      const { code } = (await world.mail.next('email-login-code')).data;
      return post('/login/email/verify', { loginToken, code });
    },
    ends: 200,
  },
  'a login by a bad link': {
    route: 'verifyEmailLogin',
    prepare: () => post('/login/email/verify', { token: 'f'.repeat(64) }),
    ends: 'INVALID_LOGIN_TOKEN',
  },
};
