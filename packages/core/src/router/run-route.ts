import type { Caller, Deps } from '../context.js';
import { AuthError } from '../errors.js';
import { enforceAccess, ruleOf } from '../http/access.js';
import { authenticate } from './authenticate.js';
import { limitSource } from '../features/throttling/limit-source.js';
import type { Standing } from '../features/throttling/limit-source.js';
import { tooManyRequests } from '../features/throttling/too-many-requests.js';
import { isChallengeToken } from '../features/two-factor/challenge-token.js';
import type { AnyRoute, HandlerResult, Route, RouteContext } from '../http/define-route.js';
import { useCaseChannel } from '../telemetry/channels.js';
import { traced } from '../telemetry/traced.js';
import type { Authenticated } from '../model/principal.js';
import { routeNames } from './routes.js';

/** Where a request comes from that counts against a limit. */
export interface RequestSource {
  /** `null` where there should be an address and is none. */
  readonly ip: string | null;
  /** Told how the source stands, also where that is why the request fails. */
  readonly onStanding?: (standing: Standing) => void;
}

export interface Performance<Input, Data> {
  readonly route: Route<Input, Data>;
  /** The access token that came along, if one did. */
  readonly token: () => string | null;
  readonly caller: Caller;
  /** Whom the request counts against; left out where nobody is limited. */
  readonly source?: RequestSource | undefined;
  readonly mount: string;
  readonly cookies: RouteContext['cookies'];
  /** The id in the path, where it names one. */
  readonly subjectId: string | undefined;
  /** Asked for after access was granted: a stranger's body is not worth reading. */
  readonly readInput: () => unknown;
  /** Told who is asking, as soon as that is known. */
  readonly onAuthenticated?: (authenticated: Authenticated) => void;
}

/** Lets the caller in or not, then does the work: the one path of `auth.handle` and `auth.api`. */
export async function perform<Input, Data>(deps: Deps, performance: Performance<Input, Data>): Promise<HandlerResult<Data>> {
  const useCase = routeNames.get(performance.route) ?? performance.route.path;
  return traced({ channel: useCaseChannel, message: { useCase }, work: async () => admitAndRun(deps, performance) });
}

async function admitAndRun<Input, Data>(
  deps: Deps,
  { route, token, caller, source, mount, cookies, subjectId, readInput, onAuthenticated }: Performance<Input, Data>,
): Promise<HandlerResult<Data>> {
  // Before anything else is done for whoever it is, so that what is refused costs next to nothing.
  if (source !== undefined) await demandRoom(deps, { route, source });
  const { authenticated, refusal, challengeToken } = await admit(deps, { route, token, caller, subjectId });
  if (authenticated !== null) onAuthenticated?.(authenticated);
  const context = { caller, mount, cookies, current: authenticated?.state ?? null, refusal, challengeToken };
  return route.run(deps, { context, input: await readInput() });
}

/** Fails with `TOO_MANY_REQUESTS` where the source is at its limit (security.md L3). */
async function demandRoom(
  deps: Deps,
  { route, source }: { readonly route: Pick<AnyRoute, 'limit'>; readonly source: RequestSource },
): Promise<void> {
  const standing = await limitSource(deps, { name: route.limit ?? 'rest', ip: source.ip });
  if (standing === null) return;
  source.onStanding?.(standing);
  if (standing.outcome.kind === 'refused') throw tooManyRequests(deps, standing.outcome.nextAt);
}

interface Admission {
  readonly authenticated: Authenticated | null;
  readonly refusal: AuthError | null;
  readonly challengeToken: string | undefined;
}

const STRANGER: Admission = { authenticated: null, refusal: null, challengeToken: undefined };

type Admittance = Pick<Performance<unknown, unknown>, 'token' | 'caller' | 'subjectId'> & {
  readonly route: Pick<AnyRoute, 'access' | 'beforeSetup'>;
};

async function admit(deps: Deps, { route, token, caller, subjectId }: Admittance): Promise<Admission> {
  switch (route.access) {
    case 'public':
      return STRANGER;
    case 'public-or-session':
      return admitIfPossible(deps, { token, caller });
    case 'challenge-or-session':
      return admitChallenge(deps, { token, caller });
    case 'session':
    case 'session+recent':
    case 'admin':
    case 'self-or-admin':
    case 'self-or-admin+recent': {
      const presented = token();
      if (presented === null) throw new AuthError('UNAUTHENTICATED');
      const authenticated = await authenticate(deps, { token: presented, caller });
      const { state: current } = authenticated;
      const rule = ruleOf(route.access, { userId: current.user.id, subjectId });
      await enforceAccess(deps, { current, rule: { ...rule, beforeSetup: route.beforeSetup }, caller });
      return { ...STRANGER, authenticated };
    }
  }
}

/** The token may be no good where the body can hold another. */
async function admitIfPossible(deps: Deps, { token, caller }: Pick<Admittance, 'token' | 'caller'>): Promise<Admission> {
  try {
    const presented = token();
    if (presented === null) return STRANGER;
    return { ...STRANGER, authenticated: await authenticate(deps, { token: presented, caller }) };
  } catch (error) {
    if (error instanceof AuthError && error.code === 'INVALID_TOKEN') return { ...STRANGER, refusal: error };
    throw error;
  }
}

/** A challenge token is no access token: it is told by its prefix, and good for these routes alone (security.md T2). */
async function admitChallenge(deps: Deps, { token, caller }: Pick<Admittance, 'token' | 'caller'>): Promise<Admission> {
  const presented = token();
  if (presented === null) return STRANGER;
  if (isChallengeToken(presented)) return { ...STRANGER, challengeToken: presented };
  return { ...STRANGER, authenticated: await authenticate(deps, { token: presented, caller }) };
}
