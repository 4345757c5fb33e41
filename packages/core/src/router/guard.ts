import type { Context } from '../context.js';
import { asAuthError, type AuthError, type ErrorCode } from '../errors.js';
import { rateLimitHeaders } from '../features/throttling/rate-limit-headers.js';
import { takeGuardLimit, type RateLimitStatus } from '../features/throttling/take-rate-limit.js';
import { tooManyRequests } from '../features/throttling/too-many-requests.js';
import { guardChannel, type GuardTrace } from '../telemetry/channels.js';
import { traced } from '../telemetry/traced.js';
import { enforceAccess, refusalOf, type AccessRule } from '../http/access.js';
import { callerOf } from '../http/request-caller.js';
import type { AuthReply } from '../model/http-messages.js';
import { toPrincipal, type Authenticated, type Principal } from '../model/principal.js';
import { authenticateFromCache } from './authenticate.js';
import { authenticateOrRefresh } from './authenticate-or-refresh.js';
import { cookiesAfter, corsOf, fail, openExchange, preflightReply, refuseCrossSite, type Exchange, type RequestHead } from './exchange.js';

type ReplyHeaders = AuthReply['headers'];

export type GuardOutcome<Profile = unknown> =
  /**
   * `headers` are to be added to the route's own answer: new cookies, and those that let a page of a trusted origin
   * read it.
   */
  | { readonly kind: 'allowed'; readonly principal: Principal<Profile>; readonly headers: ReplyHeaders }
  /** No user is logged in, and the rule is `optional`. */
  | { readonly kind: 'anonymous'; readonly headers: ReplyHeaders }
  /** The host sends this instead of running its route. */
  | { readonly kind: 'refused'; readonly reply: AuthReply };

export interface GuardInput {
  readonly request: RequestHead;
  readonly rule: AccessRule;
  /** Whether the client receives the `headers` of the outcome. Default `true`. */
  readonly sendsHeaders?: boolean;
  /** Whether the request counts against the limit of its source. Default `true`. */
  readonly isCounted?: boolean;
}

/**
 * Decides whether a request may reach the application's own route, and what to answer otherwise: at once if this process has
 * cached the token and the session. Never rejects.
 */
export function guard(context: Context, input: GuardInput): GuardOutcome | Promise<GuardOutcome> {
  // Runs before every request of the application: the trace is created only if there is a subscriber.
  if (!guardChannel.hasSubscribers) return decide(context, input);
  const message: GuardTrace = { method: input.request.method };
  return traced({ channel: guardChannel, message, work: async (trace) => decide(context, { ...input, trace }) });
}

interface Guarded {
  readonly exchange: Exchange;
  readonly cors: ReplyHeaders;
  readonly rule: AccessRule;
  readonly sendsHeaders: boolean;
  /** Present if there is a subscriber. */
  readonly trace: GuardTrace | undefined;
}

/** A promise costs more than the rest of the decision, so none is created unless the store must be read. */
function decide(
  context: Context,
  { request, rule, sendsHeaders = true, isCounted = true, trace }: GuardInput & Pick<Partial<Guarded>, 'trace'>,
): GuardOutcome | Promise<GuardOutcome> {
  const exchange = openExchange(context, request);
  const cors = corsOf(context, exchange);
  const preflight = preflightReply(context, exchange);
  if (preflight !== null) return { kind: 'refused', reply: withHeaders(preflight, cors) };
  const guarded: Guarded = { exchange, cors, rule, sendsHeaders, trace };
  try {
    const rateLimit = isCounted ? takeGuardLimit(context, request.ip ?? null) : null;
    if (rateLimit?.outcome.kind === 'refused') return refuseFlood(context, guarded, rateLimit);
    // A request without credentials has no user, so its origin does not matter.
    if (rule.optional !== true || hasCookies(exchange)) refuseCrossSite(context, exchange);
    const known = admitFromCache(context, guarded);
    if (known !== null) return { kind: 'allowed', principal: toPrincipal(context, known), headers: cors };
  } catch (thrown) {
    return refuse(context, guarded, thrown);
  }
  return admit(context, guarded);
}

/** `null` if the decision must read the store, or has an event to record. */
function admitFromCache(context: Context, { exchange, rule }: Guarded): Authenticated | null {
  const token = exchange.token();
  const known = token === null ? null : authenticateFromCache(context, token);
  return known !== null && refusalOf(context, { current: known.state, rule }) === null ? known : null;
}

async function admit(context: Context, guarded: Guarded): Promise<GuardOutcome> {
  const { exchange, cors, rule, sendsHeaders } = guarded;
  try {
    const caller = callerOf(exchange.request);
    const { authenticated, setCookies } = await authenticateOrRefresh(context, { exchange, caller, canSetCookies: sendsHeaders });
    await enforceAccess(context, { current: authenticated.state, rule, caller });
    return { kind: 'allowed', principal: toPrincipal(context, authenticated), headers: { ...cookieHeaders(setCookies), ...cors } };
  } catch (thrown) {
    return refuse(context, guarded, thrown);
  }
}

function refuse(context: Context, { exchange, cors, rule, trace }: Guarded, thrown: unknown): GuardOutcome {
  const error = asAuthError(thrown);
  if (rule.optional === true && isAnonymous(exchange, error)) {
    return { kind: 'anonymous', headers: { ...cookieHeaders(cookiesAfter(context, error)), ...cors } };
  }
  const reply = fail(context, { exchange, error });
  if (trace !== undefined) Object.assign(trace, { status: reply.status, error: error.code });
  return { kind: 'refused', reply: withHeaders(reply, cors) };
}

/** The guarded routes are the application's, so rate-limit headers are sent only with a refusal. */
function refuseFlood(context: Context, guarded: Guarded, rateLimit: RateLimitStatus): GuardOutcome {
  const headers = { ...rateLimitHeaders(rateLimit, { hasOtherRetryAfter: false }), ...guarded.cors };
  return refuse(context, { ...guarded, cors: headers }, tooManyRequests(context, rateLimit.outcome.nextAt));
}

function hasCookies({ cookies }: Exchange): boolean {
  return cookies.accessToken !== undefined || cookies.refreshToken !== undefined;
}

const NOT_LOGGED_IN: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHENTICATED',
  'INVALID_TOKEN',
  'SESSION_EXPIRED',
  'REFRESH_TOKEN_REUSED',
  'EMAIL_NOT_VERIFIED',
  'TWO_FACTOR_SETUP_REQUIRED',
]);

/**
 * A client with an invalid bearer token gets an error, so that it refreshes. A browser cannot drop its cookies, so it
 * counts as anonymous.
 */
function isAnonymous({ hasBearer }: Exchange, { code }: AuthError): boolean {
  return NOT_LOGGED_IN.has(code) && !(hasBearer && code === 'INVALID_TOKEN');
}

/** New cookies are for this browser alone: caches must not store the answer. */
function cookieHeaders(setCookies: readonly string[]): ReplyHeaders {
  return setCookies.length === 0 ? {} : { 'Set-Cookie': setCookies, 'Cache-Control': 'no-store' };
}

function withHeaders(reply: AuthReply, headers: ReplyHeaders): AuthReply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
