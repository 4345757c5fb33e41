import type { ClientRequest } from '../../testing/client.js';
import type { LoggedIn } from '../../testing/login-as.js';
import { ADA } from '../mail-test-app.js';
import type { MailTestApp } from '../mail-test-app.js';
import { registerPasskeyOf } from '../passkeys.js';
import { softAuthenticator } from '../../testing/soft-authenticator.js';
import type { Lies } from '../../testing/soft-authenticator.js';
import { PASSWORD } from '../test-app.js';
import { post } from './flow.js';
import type { Flows } from './flow.js';
import { enable } from './two-factor.js';

async function registration(world: MailTestApp, { accessToken }: LoggedIn, lies?: Lies): Promise<ClientRequest> {
  const { registrationToken, options } = (await world.post('/passkeys/registration/options', {}, accessToken)).body.data;
  return post('/passkeys/registration', { registrationToken, credential: softAuthenticator().create(options, lies) }, accessToken);
}

interface Use {
  readonly lies?: Lies;
  readonly token?: string | undefined;
}

async function use(world: MailTestApp, ada: LoggedIn, { lies, token }: Use = {}): Promise<ClientRequest> {
  const { authenticator } = await registerPasskeyOf(world, ada);
  const { authenticationToken, options } = (await world.post('/passkeys/authentication/options', {})).body.data;
  return post('/passkeys/authentication', { authenticationToken, credential: authenticator.get(options, lies) }, token);
}

export const passkeyFlows: Flows = {
  'beginning a passkey': {
    route: 'beginPasskeyRegistration',
    prepare: (_world, { accessToken }) => post('/passkeys/registration/options', {}, accessToken),
    ends: 200,
  },
  'a passkey': { route: 'registerPasskey', prepare: async (world, ada) => registration(world, ada), ends: 201 },
  'a passkey of another page': {
    route: 'registerPasskey',
    prepare: async (world, ada) => registration(world, ada, { origin: 'https://evil.example' }),
    ends: 'INVALID_PASSKEY',
  },
  'the passkeys': {
    route: 'passkeys',
    async prepare(world, ada) {
      await registerPasskeyOf(world, ada);
      return { path: '/passkeys', token: ada.accessToken };
    },
    ends: 200,
  },
  'renaming a passkey': {
    route: 'renamePasskey',
    async prepare(world, ada) {
      const { passkey } = await registerPasskeyOf(world, ada);
      return { ...post(`/passkeys/${passkey.id}`, { name: 'Key ring' }, ada.accessToken), method: 'PATCH' };
    },
    ends: 200,
  },
  'removing a passkey': {
    route: 'removePasskey',
    async prepare(world, ada) {
      const { passkey } = await registerPasskeyOf(world, ada);
      return { method: 'DELETE', path: `/passkeys/${passkey.id}`, token: ada.accessToken };
    },
    ends: 204,
  },
  'beginning a login by passkey': {
    route: 'beginPasskeyAuthentication',
    prepare: () => post('/passkeys/authentication/options', {}),
    ends: 200,
  },
  'a login by passkey': { route: 'authenticatePasskey', prepare: async (world, ada) => use(world, ada), ends: 200 },
  'a step-up by passkey': {
    route: 'authenticatePasskey',
    prepare: async (world, ada) => use(world, ada, { token: ada.accessToken }),
    ends: 200,
  },
  'a challenge answered by passkey': {
    route: 'authenticatePasskey',
    async prepare(world, ada) {
      const request = await use(world, ada);
      await enable(world, ada);
      const { challengeToken } = (await world.post('/login', { email: ADA, password: PASSWORD })).body.data;
      return { ...request, token: challengeToken };
    },
    ends: 200,
  },
  'a passkey that may be a copy': {
    route: 'authenticatePasskey',
    prepare: async (world, ada) => use(world, ada, { lies: { counter: 1 } }),
    ends: 'INVALID_PASSKEY',
  },
};
