import { createApplicationFetch } from './application-fetch.js';
import type { AuthClient, AuthClientOptions } from './auth-client.js';
import { createCaller } from './call-route.js';
import { createMethods } from './create-methods.js';
import { platform } from './platform.js';
import { sendRequest } from './send-request.js';
import type { Answer, RouteRequest, Send } from './send-request.js';
import { createSessionKeeper } from './session-keeper.js';
import type { SessionState } from './session-state.js';
import { openTabChannel } from './tab-channel.js';
import type { TabChannel } from './tab-channel.js';
import { createTokenStore } from './tokens.js';

/** A cookie binds a login with an external provider to the browser, in either transport. */
const isOfProvider = ({ url }: RouteRequest): boolean => url.startsWith('/providers/');

/**
 * Creates a client of the server at `baseUrl`. It sends nothing until a method is called, so it can be created on a server too. Throws
 * `TypeError` without `baseUrl`.
 */
export function createAuthClient<Profile = undefined>(options: AuthClientOptions): AuthClient<Profile> {
  // In JavaScript the options can be forgotten.
  if (typeof options?.baseUrl !== 'string') throw new TypeError("createAuthClient needs baseUrl, as in { baseUrl: '/auth' }");
  const { transport, storage, storageKey = 'sallyport', origins = [], timeoutMs = 30_000, fetch: givenFetch } = options;
  const isCookieMode = transport === 'cookie';
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const name = `${storageKey} ${baseUrl}`;
  const send: Send = (input, init) => (givenFetch ? givenFetch(input, init) : platform.fetch(input, init));
  const ask = (request: RouteRequest): Promise<Answer> =>
    sendRequest({ send, timeoutMs }, { ...request, url: baseUrl + request.url, credentials: isCookieMode || isOfProvider(request) ? 'include' : 'same-origin' });

  const store = createTokenStore({ storage: isCookieMode ? undefined : storage, key: storageKey });
  // Tokens in memory belong to this client only.
  const channel = isCookieMode || storage ? openTabChannel({ name, key: `${storageKey}.session`, onNews: (news) => keeper.receive(news) }) : undefined;
  const tell: TabChannel['tell'] = (news) => channel?.tell(news);
  const keeper = createSessionKeeper({ isCookieMode, store, name, tell, ask, fetchMe: () => call('me') });
  const call = createCaller({ isCookieMode, keeper, tell, ask });

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- responses have the types that core declares
  return Object.freeze({
    ...createMethods({ isCookieMode, store, keeper, call }),
    get session() {
      return keeper.session();
    },
    loadSession: keeper.load,
    onChange(listener: (session: SessionState<unknown>) => void) {
      keeper.listeners.add(listener);
      return () => void keeper.listeners.delete(listener);
    },
    fetch: createApplicationFetch({ send, keeper, isCookieMode, trusted: [baseUrl, ...origins] }),
    close: () => channel?.close(),
  }) as unknown as AuthClient<Profile>;
}
