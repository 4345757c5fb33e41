import type { ProviderIdentity } from '../ports/provider.js';
import { headerOf } from '../testing/client.js';
import { BASE_URL, fakeProvider, RETURN_PAGE } from './fake-provider.js';
import type { FakeProvider } from './fake-provider.js';
import { createMailTestApp } from './mail-test-app.js';
import type { MailTestApp, MailTestAppOptions } from './mail-test-app.js';
import type { Reply } from './test-app.js';

/** A browser, which has the cookie that binds a login with a provider. */
export interface Browser {
  /** The `Cookie` header, once a cookie was set. */
  cookie: string | undefined;
}

export interface ProviderTestApp extends MailTestApp {
  readonly provider: FakeProvider;
  readonly start: (browser: Browser, options?: StartOptions) => Promise<Reply>;
  readonly callback: (browser: Browser, query: string, id?: string) => Promise<Reply>;
  readonly exchange: (browser: Browser, code: string, body?: object) => Promise<Reply>;
  /** Runs start, approval at the provider, and callback. Returns the fragment of the application's page. */
  readonly comeBack: (browser: Browser, identity?: ProviderIdentity, options?: StartOptions) => Promise<URLSearchParams>;
  /** The whole login, including the exchange. */
  readonly logIn: (browser: Browser, identity?: ProviderIdentity) => Promise<Reply>;
}

export interface StartOptions {
  readonly id?: string;
  readonly token?: string;
  readonly body?: object;
}

export function createProviderTestApp({ providers = {}, ...options }: MailTestAppOptions = {}): ProviderTestApp {
  const provider = fakeProvider();
  const world = createMailTestApp({
    baseUrl: BASE_URL,
    ...options,
    urls: { providerReturn: RETURN_PAGE, ...options.urls },
    providers: { fake: provider, ...providers },
  });
  const headers = ({ cookie }: Browser): Record<string, string> => (cookie === undefined ? {} : { cookie });

  const start: ProviderTestApp['start'] = async (browser, { id = 'fake', token, body = {} } = {}) => {
    const reply = await world.send({ method: 'POST', path: `/providers/${id}/start`, body, token, headers: headers(browser) });
    browser.cookie = headerOf(reply, 'Set-Cookie')?.split(';')[0] ?? browser.cookie;
    return reply;
  };
  const callback: ProviderTestApp['callback'] = async (browser, query, id = 'fake') =>
    world.send({ path: `/providers/${id}/callback`, query, headers: headers(browser) });
  const exchange: ProviderTestApp['exchange'] = async (browser, code, body = {}) =>
    world.send({ method: 'POST', path: '/providers/exchange', body: { code, ...body }, headers: headers(browser) });
  const comeBack: ProviderTestApp['comeBack'] = async (browser, identity, startOptions) => {
    const { body } = await start(browser, startOptions);
    return fragmentOf(await callback(browser, provider.approve(body.data.url, identity)));
  };
  const logIn: ProviderTestApp['logIn'] = async (browser, identity) => {
    const fragment = await comeBack(browser, identity);
    const code = fragment.get('code');
    if (code === null) throw new Error(`no code in ${fragment.toString()}`);
    return exchange(browser, code);
  };
  return { ...world, provider, start, callback, exchange, comeBack, logIn };
}

/** The fragment that the application's page receives. */
export function fragmentOf(reply: Reply): URLSearchParams {
  const location = headerOf(reply, 'Location');
  if (reply.status !== 303 || location === undefined || !location.startsWith(`${RETURN_PAGE}#`)) throw new Error(`no redirect to the page: ${reply.status} ${location}`);
  return new URLSearchParams(location.slice(RETURN_PAGE.length + 1));
}
