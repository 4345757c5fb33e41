import { AuthClientError } from './errors.js';
import { routeUrl } from './route-url.js';
import { routeOf } from './routes.js';
import type { RouteName } from './routes.js';
import type { Answer, Fields, RouteRequest } from './send-request.js';
import type { Proof, SessionKeeper } from './session-keeper.js';
import type { TabChannel } from './tab-channel.js';

export interface RouteCallDetails {
  readonly input?: Fields | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Calls a route, with the session's credentials if the route takes any, and updates the session from the response. */
export type CallRoute = (name: RouteName, details?: RouteCallDetails) => Promise<Answer>;

export interface CallerParts {
  readonly isCookieMode: boolean;
  readonly keeper: SessionKeeper;
  readonly tell: TabChannel['tell'];
  readonly ask: (request: RouteRequest) => Promise<Answer>;
}

export function createCaller({ isCookieMode, keeper, tell, ask }: CallerParts): CallRoute {
  return async (name, { input = {}, signal } = {}) => {
    const { path, method, isPublic } = routeOf(name);
    const { challengeToken, ...fields } = input;
    const request = { ...routeUrl({ path, method, input: fields }), method, signal };
    const attempt = (token: unknown): Promise<Answer> =>
      ask({ ...request, token: typeof token === 'string' ? token : undefined });
    const epoch = keeper.epoch();
    // Send the challenge in the header, where it takes precedence over the cookie of an ended session.
    const isStranger = isPublic || challengeToken !== undefined;
    const answer = isStranger ? await attempt(challengeToken) : await withProof(keeper, attempt);

    const { auth, user } = answer.data ?? {};
    // With a passkey, a signed-out user logs in, and a signed-in user steps up.
    const isLogin = isStranger || (name === 'authenticatePasskey' && keeper.session().status !== 'signed-in');
    const begins = isLogin && auth?.hasAccessToken;
    if (begins) await keeper.begin(answer);
    else if (epoch === keeper.epoch()) await keeper.keep(answer);

    const session = keeper.session();
    if (name === 'me') {
      keeper.learn(answer.data, epoch);
    } else if (name === 'deleteMe' || (auth?.status === 'LOGGED_OUT' && (isCookieMode || name !== 'resetPassword'))) {
      // A reset ends the sessions of the link's user, who may differ from the signed-in user. In cookie mode the server clears
      // the cookies in any case.
      await keeper.end('logout');
    } else if (auth?.hasAccessToken || (method !== 'GET' && session.status === 'signed-in' && user?.id === session.user.id)) {
      if (!begins) tell('changed');
      await keeper.load();
    }
    return answer;
  };
}

/** Sends with the session's credentials. Retries once with fresh ones if they turn out to have expired. */
async function withProof(keeper: SessionKeeper, attempt: (proof: Proof) => Promise<Answer>): Promise<Answer> {
  const proof = await keeper.proof();
  try {
    return await attempt(proof);
  } catch (error) {
    const isOutdated = error instanceof AuthClientError && /^(?:INVALID_TOKEN|UNAUTHENTICATED)$/.test(error.code);
    if (!isOutdated || !(await keeper.renew(proof))) throw error;
    return attempt(await keeper.current());
  }
}
