import type { ClientRequest } from '../../testing/client.js';
import { headerOf } from '../../testing/client.js';
import type { LoggedIn } from '../../testing/login-as.js';
import { anIdentity, BASE_URL, fakeProvider, RETURN_PAGE } from '../fake-provider.js';
import { ADA } from '../mail-test-app.js';
import type { MailTestApp, MailTestAppOptions } from '../mail-test-app.js';
import { post } from './flow.js';
import type { Flow, Flows } from './flow.js';

/** Accepts a code repeatedly, because a failed request is sent again. */
export const FLOW_PROVIDER = fakeProvider({ codesWorkOnce: false });

/** The options for the flows of providers. */
export const PROVIDER_OPTIONS: MailTestAppOptions = {
  baseUrl: BASE_URL,
  urls: { providerReturn: RETURN_PAGE },
  providers: { fake: FLOW_PROVIDER },
};

const GRACE = anIdentity({ subject: 'subject of grace', email: 'grace@example.com', name: 'Grace' });

interface Started {
  readonly url: string;
  readonly headers: { readonly cookie: string };
}

async function start({ send }: MailTestApp, body: object = {}, token?: string): Promise<Started> {
  const reply = await send({ method: 'POST', path: '/providers/fake/start', body, token });
  return { url: reply.body.data.url, headers: { cookie: headerOf(reply, 'Set-Cookie')?.split(';')[0] ?? '' } };
}

/** The browser comes back from the provider. */
async function comeBack(world: MailTestApp, identity = GRACE, link?: LoggedIn): Promise<ClientRequest> {
  const { url, headers } = await start(world, link && { link: true }, link?.accessToken);
  return { path: '/providers/fake/callback', query: FLOW_PROVIDER.approve(url, identity), headers };
}

async function exchange(world: MailTestApp): Promise<ClientRequest> {
  const back = await comeBack(world);
  const location = headerOf(await world.send(back), 'Location') ?? '';
  const code = new URLSearchParams(new URL(location).hash.slice(1)).get('code');
  return { ...post('/providers/exchange', { code }), headers: back.headers };
}

async function linked(world: MailTestApp, ada: LoggedIn): Promise<string | undefined> {
  await world.send(await comeBack(world, GRACE, ada));
  return (await world.store.identities.list(ada.userId))[0]?.id;
}

const callback = (prepare: Flow['prepare'], ends: Flow['ends'] = 303): Flow => ({ route: 'finishProvider', prepare, ends });

export const providerFlows: Flows = {
  'list providers': { route: 'providers', prepare: () => ({ path: '/providers' }), ends: 200 },
  'start a login with a provider': { route: 'startProvider', prepare: () => post('/providers/fake/start', {}), ends: 200 },
  'start a link to a provider': {
    route: 'startProvider',
    prepare: (_world, { accessToken }) => post('/providers/fake/start', { link: true }, accessToken),
    ends: 200,
  },
  'sign up with a provider': callback((world) => comeBack(world)),
  'log in with a provider': callback(async (world) => {
    await world.send(await comeBack(world));
    return comeBack(world);
  }),
  'link a provider': callback((world, ada) => comeBack(world, GRACE, ada)),
  'an account that the provider is not linked to': callback((world) => comeBack(world, anIdentity({ email: ADA })), 'ACCOUNT_EXISTS'),
  'a person who says no to the provider': callback(async (world) => {
    const { url, headers } = await start(world);
    const state = new URL(url).searchParams.get('state') ?? '';
    return { path: '/providers/fake/callback', query: new URLSearchParams({ state, error: 'access_denied' }).toString(), headers };
  }, 'PROVIDER_DENIED'),
  'the answer of a login that nobody began': callback(() => ({ path: '/providers/fake/callback', query: 'state=x&code=y' }), 'INVALID_LOGIN_TOKEN'),
  'an answer that a provider posts': {
    route: 'finishProviderForm',
    async prepare(world) {
      const { query = '', path, headers } = await comeBack(world);
      return {
        method: 'POST', path, body: new TextEncoder().encode(query), headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      };
    },
    ends: 303,
  },
  'exchange a provider’s code': { route: 'exchangeProviderCode', prepare: exchange, ends: 200 },
  'exchange a provider’s code twice': {
    route: 'exchangeProviderCode',
    async prepare(world) {
      const request = await exchange(world);
      await world.send(request);
      return request;
    },
    ends: 'INVALID_LOGIN_TOKEN',
  },
  'list identities': {
    route: 'identities',
    async prepare(world, ada) {
      await linked(world, ada);
      return { path: '/identities', token: ada.accessToken };
    },
    ends: 200,
  },
  'remove an identity': {
    route: 'removeIdentity',
    prepare: async (world, ada) => ({ method: 'DELETE', path: `/identities/${await linked(world, ada)}`, token: ada.accessToken }),
    ends: 204,
  },
};
