import type { Caller } from '../model/caller.js';
import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { enforceAccess, recordDenial, ruleOf, type AccessRule } from '../http/access.js';
import { AuthorizedCaller, RouteAuthority } from './route-authority.js';
import { authenticate } from './authenticate.js';
import { enforceRateLimit } from '../features/throttling/enforce-rate-limit.js';
import type { RateLimitStatus } from '../features/throttling/take-rate-limit.js';
import { isChallengeToken } from '../features/two-factor/challenge-token.js';
import type { AnyRoute, HandlerResult, Route, RouteRequest } from '../http/define-route.js';
import { useCaseChannel } from '../telemetry/channels.js';
import { traced } from '../telemetry/traced.js';
import type { Authenticated } from '../model/principal.js';
import { routeNames } from './routes.js';

/** The source of a request, which counts against a limit. */
export interface RequestSource {
  /** `null` if the request should have an address but has none. */
  readonly ip: string | null;
  /** Called with the rate limit of the source, also if the request fails because of it. */
  readonly onRateLimit?: (status: RateLimitStatus) => void;
}

export interface RouteCall<Input, Data> {
  readonly route: Route<Input, Data>;
  /** The access token of the request, if any. */
  readonly token: () => string | null;
  readonly caller: Caller;
  /** The source that the request counts against; omitted if sources are not limited. */
  readonly source?: RequestSource | undefined;
  readonly mount: string;
  readonly cookies: RouteRequest['cookies'];
  readonly browserToken?: string | undefined;
  /** The id in the path, if there is one. */
  readonly subjectId: string | undefined;
  /** Reads the bounded body. The caller is authorized before it and again after it (security.md S9). */
  readonly readInput: () => unknown;
  /** Called with the caller's identity as soon as it is known. */
  readonly onAuthenticated?: (authenticated: Authenticated) => void;
}

/** Authorizes the call, then does the work: the one path for `auth.handle` and `auth.api`. */
export async function runRoute<Input, Data>(context: Context, call: RouteCall<Input, Data>): Promise<HandlerResult<Data>> {
  const useCase = routeNames.get(call.route) ?? call.route.path;
  return traced({ channel: useCaseChannel, message: { useCase }, work: async () => authorizeAndRun(context, call) });
}

async function authorizeAndRun<Input, Data>(
  context: Context,
  { route, token, caller, source, mount, cookies, browserToken, subjectId, readInput, onAuthenticated }: RouteCall<Input, Data>,
): Promise<HandlerResult<Data>> {
  // First, so that a rejected request costs almost nothing.
  if (source !== undefined) await enforceRateLimit(context, { name: route.limit ?? 'rest', ...source });
  const question = { route, token, caller, subjectId };
  const first = await authorizeRoute(context, question);
  if (first.authenticated !== null) onAuthenticated?.(first.authenticated);
  // Authorized first, so that the body of an unauthorized request is not read.
  const input = await readInput();
  // S9: a client can hold back the last byte of its body for hours, so the caller is authorized again after it.
  const decision = route.method === 'GET' ? first : await authorizeRoute(context, question);
  const { authenticated, rule, refusal, challengeToken } = decision;
  if (authenticated === null) {
    return route.run(context, { request: { caller, mount, cookies, browserToken, current: null, refusal, challengeToken }, input });
  }
  const { state: current } = authenticated;
  const authority = new RouteAuthority(context, { authenticated, rule });
  const request = { caller: new AuthorizedCaller(caller, authority), mount, cookies, browserToken, current, refusal, challengeToken };
  try {
    return await route.run(context, { request, input });
  } catch (thrown) {
    const { lost } = authority;
    if (lost !== undefined && lost === thrown) await recordDenial(context, { current, caller, error: lost });
    throw thrown;
  }
}

interface AccessDecision {
  readonly authenticated: Authenticated | null;
  /** The rule that the session was checked against. */
  readonly rule: AccessRule;
  readonly refusal: AuthError | null;
  readonly challengeToken: string | undefined;
}

const ANONYMOUS: AccessDecision = { authenticated: null, rule: { beforeSetup: true }, refusal: null, challengeToken: undefined };

type AccessQuestion = Pick<RouteCall<unknown, unknown>, 'token' | 'caller' | 'subjectId'> & {
  readonly route: Pick<AnyRoute, 'access' | 'beforeSetup'>;
};

type Bearer = Pick<AccessQuestion, 'token' | 'caller'>;

async function authorizeRoute(context: Context, { route, token, caller, subjectId }: AccessQuestion): Promise<AccessDecision> {
  switch (route.access) {
    case 'public':
      return ANONYMOUS;
    case 'public-or-session':
      return authorizeIfPossible(context, { token, caller });
    case 'challenge-or-session':
      return authorizeChallenge(context, { token, caller });
    case 'public-or-challenge-or-session':
      return authorizeIfPossible(context, { token, caller }, authorizeChallenge);
    case 'session':
    case 'session+recent':
    case 'admin':
    case 'admin+recent':
    case 'self-or-admin':
    case 'self-or-admin+recent': {
      const presented = token();
      if (presented === null) throw new AuthError('UNAUTHENTICATED');
      const authenticated = await authenticate(context, { token: presented, caller });
      const { state: current } = authenticated;
      const rule = { ...ruleOf(route.access, { userId: current.user.id, subjectId }), beforeSetup: route.beforeSetup };
      await enforceAccess(context, { current, rule, caller });
      return { ...ANONYMOUS, authenticated, rule };
    }
  }
}

/** The token may be invalid if the body can contain another one. */
async function authorizeIfPossible(context: Context, bearer: Bearer, authorize = authorizeSession): Promise<AccessDecision> {
  try {
    return await authorize(context, bearer);
  } catch (error) {
    if (error instanceof AuthError && error.code === 'INVALID_TOKEN') return { ...ANONYMOUS, refusal: error };
    throw error;
  }
}

async function authorizeSession(context: Context, { token, caller }: Bearer): Promise<AccessDecision> {
  const presented = token();
  if (presented === null) return ANONYMOUS;
  return { ...ANONYMOUS, authenticated: await authenticate(context, { token: presented, caller }) };
}

/**
 * A challenge token is not an access token: it has its own prefix, and is valid only for these routes (security.md T2).
 */
async function authorizeChallenge(context: Context, { token, caller }: Bearer): Promise<AccessDecision> {
  const presented = token();
  if (presented !== null && isChallengeToken(presented)) return { ...ANONYMOUS, challengeToken: presented };
  return authorizeSession(context, { token: () => presented, caller });
}
