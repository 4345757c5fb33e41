import type { SessionState } from '../model/session-state.js';
import type { Caller } from '../model/caller.js';
import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import type { LimitName } from '../features/throttling/options.js';
import { parseWithProfile } from '../features/profile/parse-with-profile.js';
import type { InputShape } from '../features/profile/parse-with-profile.js';
import type { Schema } from '../foundation/parse.js';
import type { TokenCookies } from './cookies.js';
import type { Access, PublicAccess, SessionAccess } from './access.js';
import type { OptionalFeature } from './optional-feature.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a handler knows about the request besides its input. */
export interface RouteRequest {
  readonly caller: Caller;
  /** Where clients find the routes, such as `/auth`, including a prefix that a proxy strips. */
  readonly mount: string;
  /** The live session of the request; `null` if there is none. */
  readonly current: SessionState | null;
  /** Why the token that was sent is not valid, on a route that also works without one. */
  readonly refusal: AuthError | null;
  /** The challenge token that was sent in place of an access token. */
  readonly challengeToken: string | undefined;
  /** Tokens that were sent as cookies. */
  readonly cookies: TokenCookies;
  /** The token that binds logins with external providers to the browser, for routes with `bindsBrowser`. */
  readonly browserToken?: string | undefined;
}

export interface SessionRequest extends RouteRequest {
  readonly current: SessionState;
}

/** Fields of `meta` besides the time and the request id. */
export interface ReplyMeta {
  readonly status?: true;
  readonly recommendation?: string;
  readonly securityNote?: string;
  readonly nextStep?: string;
  readonly redirectTo?: string;
  /** Seconds until an action that a limit prevented is possible. Also sent as `Retry-After`. */
  readonly retryAfter?: number;
  /** Of a page: the cursor of the next page; `null` on the last. */
  readonly nextCursor?: string | null;
  /** Of a page: the number of items on all pages. */
  readonly total?: number;
}

/** Fields of the data that are lists of unbounded length, page by page. */
export type Lists = Readonly<Record<string, AsyncIterable<readonly unknown[]>>>;

export interface HandlerResult<Data> {
  readonly data: Data;
  /** Further fields of the data. Over HTTP they are read while they are sent; `auth.api` collects them. */
  readonly lists?: Lists;
  readonly meta?: ReplyMeta;
  /** The data as JSON, if available, so that a large document is not serialized for each request. */
  readonly json?: string;
  /** Stored by the browser as a cookie, in cookie and bearer mode. */
  readonly browserCookie?: BrowserCookie;
  /** Answers with the status of this code and the data, such as the health of an unhealthy server. */
  readonly failure?: ErrorCode;
}

export interface BrowserCookie {
  readonly token: string;
  readonly seconds: number;
  /** Whether the form is posted from a page of another site. */
  readonly crossSitePost: boolean;
}

interface RouteFacts<Input, Data> extends InputShape<Input> {
  readonly method: Method;
  /** Below the mount. `:id` matches one segment, which is the input field of that name. */
  readonly path: string;
  readonly summary: string;
  /** `303`: the data are `{ location }`. */
  readonly status: 200 | 201 | 204 | 303;
  readonly message: string;
  readonly data: Schema<Data>;
  /** Besides those that every route of its access level can return. */
  readonly errors: readonly ErrorCode[];
  /** The limit that its requests count against, for each source (security.md L3). Default `'rest'`. */
  readonly limit?: LimitName;
  /** Also allows users who must set up a second factor and have not. */
  readonly beforeSetup?: boolean;
  /** The part of the configuration that the route requires. Without it the route does not exist. */
  readonly requires?: OptionalFeature;
  /** Reads the cookie that binds logins with external providers to the browser. */
  readonly bindsBrowser?: boolean;
  /**
   * The body is a form that is posted from a page of another site. The handler must check who sent it, since the
   * origin is not checked.
   */
  readonly crossSiteForm?: boolean;
  /**
   * `GET` changes something. `HEAD` is then 405: mail scanners and previews of links send it, and must not use anything up (RFC 9110
   * 9.2.1 expects both to be safe).
   */
  readonly changesOnGet?: boolean;
  /** Where to redirect a person whose request failed, instead of a JSON answer; `null` if there is no such page. */
  readonly failureLocation?: (context: Context, error: AuthError) => string | null;
  /** Answered without the envelope, as other software expects. */
  readonly bare?: { readonly cacheControl: string };
}

/** A route as data. The server, the OpenAPI document, `auth.api` and the tests are derived from it. */
export interface Route<Input, Data> extends RouteFacts<Input, Data> {
  readonly access: Access;
  /** Parses the input and does the work. The caller is already authorized. */
  readonly run: (context: Context, request: RawRequest) => Promise<HandlerResult<Data>>;
}

/** A route that answers with a page. The `meta` fields of HTTP are part of the result of `auth.api`. */
export interface PageRoute<Input, Data, Page extends object> extends Route<Input, Data> {
  readonly pageOf: (meta: ReplyMeta) => Page;
}

/** A route whose data also has lists of unbounded length. */
export interface StreamRoute<Input, Data, Collected extends object> extends Route<Input, Data> {
  readonly lists: Schema<Collected>;
}

export type AnyRoute = Route<unknown, unknown>;

export interface RawRequest {
  readonly request: RouteRequest;
  readonly input: unknown;
}

interface PublicRoute<Input, Data> extends RouteFacts<Input, Data> {
  readonly access: PublicAccess;
  readonly handler: (
    context: Context,
    request: { readonly request: RouteRequest; readonly input: Input },
  ) => Promise<HandlerResult<Data>>;
}

interface SessionRoute<Input, Data> extends RouteFacts<Input, Data> {
  readonly access: SessionAccess;
  readonly handler: (
    context: Context,
    request: { readonly request: SessionRequest; readonly input: Input },
  ) => Promise<HandlerResult<Data>>;
}

/** A route that does not require a session. */
export function publicRoute<Input, Data>({ handler, ...facts }: PublicRoute<Input, Data>): Route<Input, Data> {
  return {
    ...facts,
    run: (context, { request, input }) => handler(context, { request, input: validated(context, facts, input) }),
  };
}

/** A route that needs a live session; its handler does not run without one. */
export function sessionRoute<Input, Data>({ handler, ...facts }: SessionRoute<Input, Data>): Route<Input, Data> {
  return {
    ...facts,
    run(context, { request, input }) {
      const { current } = request;
      if (current === null) throw new AuthError('UNAUTHENTICATED');
      return handler(context, { request: { ...request, current }, input: validated(context, facts, input) });
    },
  };
}

/** A session route that answers with one page of a list. */
export function pageRoute<Input, Data, Page extends object>({
  pageOf,
  ...route
}: SessionRoute<Input, Data> & { readonly pageOf: (meta: ReplyMeta) => Page }): PageRoute<Input, Data, Page> {
  return { ...sessionRoute(route), pageOf };
}

/** A session route whose answer is sent while it is read. */
export function streamRoute<Input, Data, Collected extends object>({
  lists,
  ...route
}: SessionRoute<Input, Data> & { readonly lists: Schema<Collected> }): StreamRoute<Input, Data, Collected> {
  return { ...sessionRoute(route), lists };
}

export function isPageRoute(route: AnyRoute): route is PageRoute<unknown, unknown, object> {
  return 'pageOf' in route;
}

/** Parses the input by the schema. Fails with `VALIDATION_FAILED` and all issues at once. */
export function validated<Input>(context: Context, shape: InputShape<Input>, input: unknown): Input {
  const parsed = parseWithProfile(context, { shape, input });
  if (!parsed.ok) throw new AuthError('VALIDATION_FAILED', { issues: parsed.issues });
  return parsed.value;
}
