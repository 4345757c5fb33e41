import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { clearTokenCookies, isCrossSite, readTokenCookies } from '../http/cookies.js';
import type { TokenCookies } from '../http/cookies.js';
import { describeError } from '../foundation/describe-error.js';
import { failureReply } from '../http/envelope.js';
import type { EnvelopeFacts } from '../http/envelope.js';
import type { AuthReply, AuthRequest } from '../model/http-messages.js';

const NO_COOKIES: TokenCookies = {};
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** What of a request the guard of an application's own route needs. */
export type RequestHead = Pick<AuthRequest, 'method' | 'ip' | 'mount' | 'header'>;

/** A request and what its answer is made with, however it ends. */
export interface Exchange<Head extends RequestHead = RequestHead> {
  readonly request: Head;
  readonly requestId: string;
  readonly startedAt: number;
  /** In cookie mode, the tokens that came as cookies. */
  readonly cookies: TokenCookies;
  readonly tokenPresented: boolean;
}

export function openExchange<Head extends RequestHead>(context: Context, request: Head): Exchange<Head> {
  return new OpenExchange(context, request);
}

/** What only some answers need is made when it is asked for: the guard stands before every request of the application. */
class OpenExchange<Head extends RequestHead> implements Exchange<Head> {
  readonly request: Head;
  readonly startedAt: number;
  readonly cookies: TokenCookies;
  readonly #makeId: Context['makeId'];
  #requestId: string | undefined;

  constructor({ clock, settings, makeId }: Context, request: Head) {
    this.request = request;
    this.startedAt = clock.now();
    this.cookies = settings.transport === 'cookie' ? readTokenCookies(request.header('cookie')) : NO_COOKIES;
    this.#makeId = makeId;
  }

  get requestId(): string {
    if (this.#requestId === undefined) {
      const given = this.request.header('x-request-id') ?? '';
      this.#requestId = REQUEST_ID.test(given) ? given : this.#makeId();
    }
    return this.#requestId;
  }

  get tokenPresented(): boolean {
    return (this.request.header('authorization') ?? this.cookies.accessToken) !== undefined;
  }
}

/** Fails with `FORBIDDEN` where another site's page may be behind the request (security.md S7). */
export function refuseCrossSite({ settings }: Context, { request }: Exchange): void {
  const { transport, baseUrl, trustedOrigins } = settings;
  if (transport === 'bearer') return;
  const trusted = baseUrl === undefined ? trustedOrigins : [baseUrl, ...trustedOrigins];
  const { method } = request;
  if (isCrossSite({ transport, trusted, method, header: (name) => request.header(name) })) {
    throw new AuthError('FORBIDDEN');
  }
}

export function factsOf({ clock }: Context, { requestId }: Exchange): EnvelopeFacts {
  return { requestId, now: clock.now() };
}

/** These mean that the browser's refresh token is worth nothing any more. */
const SESSION_OVER: ReadonlySet<string> = new Set(['INVALID_REFRESH_TOKEN', 'REFRESH_TOKEN_REUSED', 'SESSION_EXPIRED']);

/** The answer to a failure. What is behind one that nobody meant is told to the log alone. */
export function fail(context: Context, { exchange, error }: { readonly exchange: Exchange; readonly error: AuthError }): AuthReply {
  if (error.statusCode >= 500 && error.code !== 'OVERLOADED') {
    context.logger.error('request failed', {
      requestId: exchange.requestId,
      authCode: error.code,
      ...describeError(error.cause ?? error),
    });
  }
  const isOver = context.settings.transport === 'cookie' && SESSION_OVER.has(error.code);
  const cookies = isOver ? clearTokenCookies(exchange.request.mount) : [];
  return failureReply({ error, tokenPresented: exchange.tokenPresented, cookies }, factsOf(context, exchange));
}
