import type { Caller } from '../model/caller.js';
import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { enforceAccess, ruleOf } from '../http/access.js';
import { authenticate } from './authenticate.js';
import { takeRateLimit } from '../features/throttling/take-rate-limit.js';
import type { RateLimitStatus } from '../features/throttling/take-rate-limit.js';
import { tooManyRequests } from '../features/throttling/too-many-requests.js';
import { isChallengeToken } from '../features/two-factor/challenge-token.js';
import type { AnyRoute, HandlerResult, Route, RouteRequest } from '../http/define-route.js';
import { useCaseChannel } from '../telemetry/channels.js';
import { traced } from '../telemetry/traced.js';
import type { Authenticated } from '../model/principal.js';
import { routeNames } from './routes.js';

/** Where a request comes from that counts against a limit. */
export interface RequestSource {
  /** `null` where there should be an address and is none. */
  readonly ip: string | null;
  /** Told how the source stands, also where that is why the request fails. */
  readonly onRateLimit?: (standing: RateLimitStatus) => void;
}

export interface RouteCall<Input, Data> {
  readonly route: Route<Input, Data>;
  /** The access token that came along, if one did. */
  readonly token: () => string | null;
  readonly caller: Caller;
  /** Whom the request counts against; left out where nobody is limited. */
  readonly source?: RequestSource | undefined;
  readonly mount: string;
  readonly cookies: RouteRequest['cookies'];
  /** The id in the path, where it names one. */
  readonly subjectId: string | undefined;
  /** Asked for after access was granted: a stranger's body is not worth reading. */
  readonly readInput: () => unknown;
  /** Told who is asking, as soon as that is known. */
  readonly onAuthenticated?: (authenticated: Authenticated) => void;
}

/** Lets the caller in or not, then does the work: the one path of `auth.handle` and `auth.api`. */
export async function runRoute<Input, Data>(context: Context, performance: RouteCall<Input, Data>): Promise<HandlerResult<Data>> {
  const useCase = routeNames.get(performance.route) ?? performance.route.path;
  return traced({ channel: useCaseChannel, message: { useCase }, work: async () => admitAndRun(context, performance) });
}

async function admitAndRun<Input, Data>(
  context: Context,
  { route, token, caller, source, mount, cookies, subjectId, readInput, onAuthenticated }: RouteCall<Input, Data>,
): Promise<HandlerResult<Data>> {
  // Before anything else is done for whoever it is, so that what is refused costs next to nothing.
  if (source !== undefined) await enforceRateLimit(context, { route, source });
  const { authenticated, refusal, challengeToken } = await admit(context, { route, token, caller, subjectId });
  if (authenticated !== null) onAuthenticated?.(authenticated);
  const request = { caller, mount, cookies, current: authenticated?.state ?? null, refusal, challengeToken };
  return route.run(context, { request, input: await readInput() });
}

/** Fails with `TOO_MANY_REQUESTS` where the source is at its limit (security.md L3). */
async function enforceRateLimit(
  context: Context,
  { route, source }: { readonly route: Pick<AnyRoute, 'limit'>; readonly source: RequestSource },
): Promise<void> {
  const standing = await takeRateLimit(context, { name: route.limit ?? 'rest', ip: source.ip });
  if (standing === null) return;
  source.onRateLimit?.(standing);
  if (standing.outcome.kind === 'refused') throw tooManyRequests(context, standing.outcome.nextAt);
}

interface AccessDecision {
  readonly authenticated: Authenticated | null;
  readonly refusal: AuthError | null;
  readonly challengeToken: string | undefined;
}

const ANONYMOUS: AccessDecision = { authenticated: null, refusal: null, challengeToken: undefined };

type AccessQuestion = Pick<RouteCall<unknown, unknown>, 'token' | 'caller' | 'subjectId'> & {
  readonly route: Pick<AnyRoute, 'access' | 'beforeSetup'>;
};

async function admit(context: Context, { route, token, caller, subjectId }: AccessQuestion): Promise<AccessDecision> {
  switch (route.access) {
    case 'public':
      return ANONYMOUS;
    case 'public-or-session':
      return admitIfPossible(context, { token, caller });
    case 'challenge-or-session':
      return admitChallenge(context, { token, caller });
    case 'session':
    case 'session+recent':
    case 'admin':
    case 'self-or-admin':
    case 'self-or-admin+recent': {
      const presented = token();
      if (presented === null) throw new AuthError('UNAUTHENTICATED');
      const authenticated = await authenticate(context, { token: presented, caller });
      const { state: current } = authenticated;
      const rule = ruleOf(route.access, { userId: current.user.id, subjectId });
      await enforceAccess(context, { current, rule: { ...rule, beforeSetup: route.beforeSetup }, caller });
      return { ...ANONYMOUS, authenticated };
    }
  }
}

/** The token may be no good where the body can hold another. */
async function admitIfPossible(context: Context, { token, caller }: Pick<AccessQuestion, 'token' | 'caller'>): Promise<AccessDecision> {
  try {
    const presented = token();
    if (presented === null) return ANONYMOUS;
    return { ...ANONYMOUS, authenticated: await authenticate(context, { token: presented, caller }) };
  } catch (error) {
    if (error instanceof AuthError && error.code === 'INVALID_TOKEN') return { ...ANONYMOUS, refusal: error };
    throw error;
  }
}

/** A challenge token is no access token: it is told by its prefix, and good for these routes alone (security.md T2). */
async function admitChallenge(context: Context, { token, caller }: Pick<AccessQuestion, 'token' | 'caller'>): Promise<AccessDecision> {
  const presented = token();
  if (presented === null) return ANONYMOUS;
  if (isChallengeToken(presented)) return { ...ANONYMOUS, challengeToken: presented };
  return { ...ANONYMOUS, authenticated: await authenticate(context, { token: presented, caller }) };
}
