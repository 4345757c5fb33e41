import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { clearTokenCookies, readTokenCookies, type TokenCookies } from '../http/cookies.js';
import { corsHeaders, isTrustedPreflight, preflightHeaders } from '../http/cors.js';
import { isCrossSite } from '../http/cross-site.js';
import { describeError } from '../foundation/describe-error.js';
import { emptyReply, failureReply, type EnvelopeFacts } from '../http/envelope.js';
import type { AuthReply, AuthRequest } from '../model/http-messages.js';
import { bearerToken, isBearer } from './authenticate.js';

const NO_COOKIES: TokenCookies = {};
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The parts of a request that the guard of an application's own route needs. */
export type RequestHead = Pick<AuthRequest, 'method' | 'ip' | 'mount' | 'header'>;

/** A request and what every answer to it needs. */
export interface Exchange<Head extends RequestHead = RequestHead> {
  readonly request: Head;
  readonly requestId: string;
  readonly startedAt: number;
  /** In cookie mode: the tokens that were sent as cookies. */
  readonly cookies: TokenCookies;
  /** Whether `token()` comes from a header. */
  readonly hasBearer: boolean;
  /**
   * The access token of the header, or in cookie mode of the cookie; `null` if there is none. Throws `INVALID_TOKEN`.
   */
  token(): string | null;
}

export function openExchange<Head extends RequestHead>(context: Context, request: Head): Exchange<Head> {
  return new OpenExchange(context, request);
}

/** Lazy for values that only some answers need: the guard runs before every request of the application. */
class OpenExchange<Head extends RequestHead> implements Exchange<Head> {
  readonly request: Head;
  readonly startedAt: number;
  readonly cookies: TokenCookies;
  readonly hasBearer: boolean;
  readonly #makeId: Context['makeId'];
  #requestId: string | undefined;

  constructor({ clock, settings, makeId }: Context, request: Head) {
    const isCookieMode = settings.transport === 'cookie';
    const authorization = request.header('authorization');
    this.request = request;
    this.startedAt = clock.now();
    this.cookies = isCookieMode ? readTokenCookies(request.header('cookie'), settings.cookies.names) : NO_COOKIES;
    // In cookie mode `Authorization: Basic` is not ours: it may be a staging site's own password (security.md S7).
    this.hasBearer = authorization !== undefined && (!isCookieMode || isBearer(authorization));
    this.#makeId = makeId;
  }

  get requestId(): string {
    if (this.#requestId === undefined) {
      const given = this.request.header('x-request-id') ?? '';
      this.#requestId = REQUEST_ID.test(given) ? given : this.#makeId();
    }
    return this.#requestId;
  }

  token(): string | null {
    const fromHeader = this.hasBearer ? bearerToken(this.request.header('authorization')) : null;
    return fromHeader ?? this.cookies.accessToken ?? null;
  }
}

/** Fails with `ORIGIN_NOT_TRUSTED` if a page of another site may have sent the request (security.md S7). */
export function refuseCrossSite({ settings, originWatch }: Context, { request }: Exchange): void {
  if (settings.transport === 'bearer' || !isCrossSite(request, settings.origins)) return;
  originWatch.refused(request.header('origin'));
  throw new AuthError('ORIGIN_NOT_TRUSTED');
}

/** The answer to a CORS preflight of a trusted origin; `null` for any other request. */
export function preflightReply({ settings }: Context, exchange: Exchange): AuthReply | null {
  if (!isTrustedPreflight(exchange.request, settings.trustedOrigins)) return null;
  return emptyReply(preflightHeaders(exchange.request), exchange);
}

/** The headers that let a page of a trusted origin read the answer. */
export function corsOf({ settings }: Context, { request }: Exchange): AuthReply['headers'] {
  return corsHeaders(request, settings.trustedOrigins);
}

export function factsOf({ clock }: Context, { requestId }: Exchange): EnvelopeFacts {
  return { requestId, now: clock.now() };
}

/** The browser's refresh token was genuine but is no longer valid. Other tokens do not clear cookies. */
const SESSION_ENDED_CODES: ReadonlySet<string> = new Set(['REFRESH_TOKEN_REUSED', 'SESSION_EXPIRED']);

/** The `Set-Cookie` lines for a browser whose session has ended. */
export function cookiesAfter({ settings }: Context, error: AuthError): readonly string[] {
  const isOver = settings.transport === 'cookie' && SESSION_ENDED_CODES.has(error.code);
  return isOver ? clearTokenCookies(settings.cookies) : [];
}

/** The answer to a failure. The cause of an unexpected one is only logged. */
export function fail(context: Context, { exchange, error }: { readonly exchange: Exchange; readonly error: AuthError }): AuthReply {
  if (error.statusCode >= 500 && error.code !== 'OVERLOADED') {
    context.logger.error('request failed', {
      requestId: exchange.requestId,
      authCode: error.code,
      // For `STORE_UNAVAILABLE` the error itself is logged: the database's code in it tells the cause.
      ...describeError(error.code === 'STORE_UNAVAILABLE' ? error : (error.cause ?? error)),
    });
  }
  const tokenPresented = exchange.hasBearer || exchange.cookies.accessToken !== undefined;
  return failureReply({ error, tokenPresented, cookies: cookiesAfter(context, error) }, factsOf(context, exchange));
}
