import type { Context } from '../context.js';
import { asAuthError, AuthError } from '../errors.js';
import { requestChannel, type RequestTrace } from '../telemetry/channels.js';
import { traced } from '../telemetry/traced.js';
import { callerOf } from '../http/request-caller.js';
import { browserTokenCookie, clearTokenCookies, cookieContext, moveTokensToCookies, readBrowserToken, type TokenCookies } from '../http/cookies.js';
import type { AnyRoute, HandlerResult } from '../http/define-route.js';
import { redirectReply, successReply } from '../http/envelope.js';
import { isRouteOn } from '../http/optional-feature.js';
import { publicMount } from '../http/public-mount.js';
import { corsOf, factsOf, fail, openExchange, preflightReply, refuseCrossSite, type Exchange } from './exchange.js';
import { logCutOff } from './log-cut-off.js';
import { createMatcher, type RouteMatch } from './match-route.js';
import type { AuthReply, AuthRequest } from '../model/http-messages.js';
import { rateLimitHeaders } from '../features/throttling/rate-limit-headers.js';
import type { RateLimitStatus } from '../features/throttling/take-rate-limit.js';
import { runRoute } from './run-route.js';
import { readInput } from './read-input.js';

/** Creates the function that answers requests to the mount. It never rejects: a fault is answered too. */
export function createHandler(context: Context, routes: readonly AnyRoute[]): (request: AuthRequest) => Promise<AuthReply> {
  const match = createMatcher(routes.filter((route) => isRouteOn(route, context.settings)));
  return async (request) => {
    const exchange = openExchange(context, request);
    const matched = match(request.method, request.path);
    const message: RequestTrace = {
      method: request.method,
      route: matched.kind === 'found' ? matched.route.path : undefined,
      requestId: exchange.requestId,
    };
    return traced({ channel: requestChannel, message, work: async (trace) => serve(context, { exchange, matched, trace }) });
  };
}

interface Served {
  readonly exchange: Exchange<AuthRequest>;
  readonly matched: RouteMatch;
  readonly trace: RequestTrace;
}

async function serve(context: Context, { exchange, matched, trace }: Served): Promise<AuthReply> {
  const { request } = exchange;
  let userId: string | undefined;
  const onUser = (id: string): void => {
    userId = id;
  };
  let rateLimit: RateLimitStatus | undefined;
  const onRateLimit = (status: RateLimitStatus): void => {
    rateLimit = status;
  };
  const bare = await answer(context, { exchange, matched, trace, onUser, onRateLimit }).catch((thrown: unknown) => {
    if (isClientDisconnect(request, thrown)) return CLIENT_CLOSED_REQUEST;
    const error = asAuthError(thrown);
    trace.error = error.code;
    return failed(context, { exchange, matched, error });
  });
  const reply = withHeaders(bare, { rateLimit, cors: corsOf(context, exchange) });
  trace.status = reply.status;
  logRequest(context, { exchange, trace, userId });
  return request.method === 'HEAD' ? { ...reply, body: null } : reply;
}

/** A user whom an external provider redirected back gets a page of the application, not JSON. */
function failed(context: Context, { exchange, matched, error }: Omit<Served, 'trace'> & { readonly error: AuthError }): AuthReply {
  const reply = fail(context, { exchange, error });
  const location = matched.kind === 'found' ? (matched.route.failureLocation?.(context, error) ?? null) : null;
  return location === null ? reply : redirectReply({ location, cookies: [] }, exchange);
}

interface Work extends Served {
  readonly onUser: (id: string) => void;
  readonly onRateLimit: (status: RateLimitStatus) => void;
}

async function answer(context: Context, { exchange, matched, trace, onUser, onRateLimit }: Work): Promise<AuthReply> {
  context.proxyWatch.notice(exchange.request);
  const preflight = preflightReply(context, exchange);
  if (preflight !== null) return preflight;
  if (matched.kind === 'none') throw new AuthError('NOT_FOUND');
  if (matched.kind === 'other-method') throw new AuthError('METHOD_NOT_ALLOWED', { allow: matched.allow });
  const { route, params } = matched;
  if (route.crossSiteForm !== true) refuseCrossSite(context, exchange);
  const { request, cookies } = exchange;
  const caller = callerOf(request);
  const mount = publicMount(context.settings.baseUrl, request.mount);
  const result = await runRoute(context, {
    route,
    token: () => exchange.token(),
    caller,
    source: { ip: caller.ip, onRateLimit },
    mount,
    cookies,
    browserToken: route.bindsBrowser === true ? readBrowserToken(request.header('cookie'), context.settings.cookies.names) : undefined,
    subjectId: params['id'],
    readInput: () => readInput({ request, params, isForm: route.crossSiteForm }),
    onAuthenticated: ({ claims }) => onUser(claims.sub),
  });
  if (result.failure !== undefined) trace.error = result.failure;
  const { setCookies: tokenCookies, data } = moveTokens(context, { cookies, data: result.data });
  const setCookies = [...tokenCookies, ...browserCookies(context, result)];
  if (route.status === 303) return redirectReply({ location: locationOf(data), cookies: setCookies }, exchange);
  const reply = successReply({ route, result: { ...result, data }, cookies: setCookies }, factsOf(context, exchange));
  const { body } = reply;
  if (body === null || typeof body === 'string') return reply;
  return { ...reply, body: logCutOff(context, { requestId: exchange.requestId, body }) };
}

interface ExtraHeaders {
  readonly rateLimit: RateLimitStatus | undefined;
  readonly cors: AuthReply['headers'];
}

/** Adds the headers of every answer, success or failure: the client's rate limit, and CORS. */
function withHeaders(reply: AuthReply, { rateLimit, cors }: ExtraHeaders): AuthReply {
  if (reply === CLIENT_CLOSED_REQUEST) return reply;
  if (rateLimit === undefined) return { ...reply, headers: { ...reply.headers, ...cors } };
  const hasOtherRetryAfter = rateLimit.outcome.kind === 'taken' && 'Retry-After' in reply.headers;
  return { ...reply, headers: { ...reply.headers, ...rateLimitHeaders(rateLimit, { hasOtherRetryAfter }), ...cors } };
}

/** Only for the log. The status is the one that nginx uses when the client has disconnected. */
const CLIENT_CLOSED_REQUEST: AuthReply = { status: 499, headers: {}, body: null };

/** True if the client disconnected before the work started. Not an error, so it is not logged as one. */
function isClientDisconnect({ signal }: AuthRequest, thrown: unknown): boolean {
  return signal?.aborted === true && thrown === signal.reason;
}

/** In cookie mode, moves tokens from the body to cookies, and removes the cookies of a session that has ended. */
function moveTokens(
  { settings }: Context,
  { cookies, data }: { readonly cookies: TokenCookies; readonly data: unknown },
): { readonly setCookies: readonly string[]; readonly data: unknown } {
  if (settings.transport === 'bearer' || !isFields(data)) return { setCookies: [], data };
  const moved = moveTokensToCookies(data, cookieContext(settings, cookies));
  const ended = isLoggedOut(data) ? clearTokenCookies(settings.cookies) : [];
  return { setCookies: [...ended, ...moved.cookies], data: moved.data };
}

function browserCookies({ settings }: Context, { browserCookie }: HandlerResult<unknown>): readonly string[] {
  return browserCookie === undefined ? [] : [browserTokenCookie(browserCookie.token, { ...settings.cookies, ...browserCookie })];
}

function locationOf(data: unknown): string {
  const location = isFields(data) ? data['location'] : undefined;
  if (typeof location !== 'string') throw new AuthError('INTERNAL');
  return location;
}

function isFields(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null;
}

function isLoggedOut({ auth }: Readonly<Record<string, unknown>>): boolean {
  return isFields(auth) && auth['status'] === 'LOGGED_OUT';
}

interface Answered {
  readonly exchange: Exchange<AuthRequest>;
  readonly trace: RequestTrace;
  readonly userId: string | undefined;
}

/**
 * Logs one line for each request, without body, headers or values of path and query. If the client disconnected before
 * its answer, the line has the status that it would have got.
 */
function logRequest({ logger, clock }: Context, { exchange, trace, userId }: Answered): void {
  const { startedAt, request } = exchange;
  const { method, route = '(none)', status, requestId } = trace;
  const durationMs = clock.now() - startedAt;
  logger.http(request.signal?.aborted === true ? 'client disconnected' : 'request', { method, route, status, durationMs, requestId, userId });
}
