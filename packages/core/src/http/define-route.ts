import type { SessionState } from '../model/session-state.js';
import type { Caller } from '../model/caller.js';
import type { Settings } from '../config.js';
import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import type { LimitName } from '../features/throttling/options.js';
import { parseWithProfile } from '../features/profile/parse-with-profile.js';
import type { InputShape } from '../features/profile/parse-with-profile.js';
import type { Schema } from '../foundation/parse.js';
import type { TokenCookies } from './cookies.js';
import type { Access, PublicAccess, SessionAccess } from './access.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a handler knows of the request besides its input. */
export interface RouteRequest {
  readonly caller: Caller;
  /** Where clients find the routes, such as `/auth`: with what a proxy strips. */
  readonly mount: string;
  /** The live session that asks, where there is one. */
  readonly current: SessionState | null;
  /** Why the token that came along is no good, where a route can do without one. */
  readonly refusal: AuthError | null;
  /** The challenge token that came in place of an access token. */
  readonly challengeToken: string | undefined;
  /** Tokens that came as cookies. */
  readonly cookies: TokenCookies;
  /** What binds logins with external providers to the browser, for routes with `bindsBrowser`. */
  readonly browserToken?: string | undefined;
}

export interface SessionRequest extends RouteRequest {
  readonly current: SessionState;
}

/** What goes into `meta` beside the time and the request's id. */
export interface ReplyMeta {
  readonly status?: true;
  readonly recommendation?: string;
  readonly securityNote?: string;
  readonly nextStep?: string;
  readonly redirectTo?: string;
  /** Seconds until something that this answer could not do is possible. Sent as `Retry-After` too. */
  readonly retryAfter?: number;
  /** Of a page: what asks for the next one; `null` on the last. */
  readonly nextCursor?: string | null;
  /** Of a page: how many there are on all pages together. */
  readonly total?: number;
}

/** Fields of the data that may be of any length, page by page. */
export type Lists = Readonly<Record<string, AsyncIterable<readonly unknown[]>>>;

export interface HandlerResult<Data> {
  readonly data: Data;
  /** Further fields of the data. Over HTTP they are read while they are sent; `auth.api` collects them. */
  readonly lists?: Lists;
  readonly meta?: ReplyMeta;
  /** The data as JSON, if it is at hand: a large document is not serialized for each request. */
  readonly json?: string;
  /** Kept by the browser as a cookie, in either transport. */
  readonly browserCookie?: BrowserCookie;
  /** Answers with the status of this code and the data, as an unhealthy server does. */
  readonly failure?: ErrorCode;
}

/** What is off unless it is configured. */
export type OptionalFeature = Extract<keyof Settings, 'passkeys'>;
export interface BrowserCookie {
  readonly token: string;
  readonly seconds: number;
  /** Whether a page of another site posts it back. */
  readonly crossSitePost: boolean;
}

interface RouteFacts<Input, Data> extends InputShape<Input> {
  readonly method: Method;
  /** Below the mount; `:id` stands for one segment and comes in the input under that name. */
  readonly path: string;
  readonly summary: string;
  /** `303`: the data are `{ location }`. */
  readonly status: 200 | 201 | 204 | 303;
  readonly message: string;
  readonly data: Schema<Data>;
  /** Beyond those that any route of its access level can answer with. */
  readonly errors: readonly ErrorCode[];
  /** Which limit its requests count against, for each source (security.md L3). Default `'rest'`. */
  readonly limit?: LimitName;
  /** Also allows users who must set up a second factor and have not. */
  readonly beforeSetup?: boolean;
  /** The part of the configuration without which there is no such route. */
  readonly requires?: OptionalFeature;
  /** Reads the cookie that binds logins with external providers to the browser. */
  readonly bindsBrowser?: boolean;
  /** The body is a form that a page of another site posts. The handler has to check who sent it: no origin is trusted. */
  readonly crossSiteForm?: boolean;
  /** Where to send a person whose request failed, in place of an answer in JSON; `null` if there is no such page. */
  readonly failureLocation?: (context: Context, error: AuthError) => string | null;
  /** Answered without the envelope, as other software expects it there. */
  readonly bare?: { readonly cacheControl: string };
}

/** A route as data: the server, the OpenAPI document, `auth.api` and the tests are all read off it. */
export interface Route<Input, Data> extends RouteFacts<Input, Data> {
  readonly access: Access;
  /** Parses the input and does the work. Whether the caller may do so was decided before. */
  readonly run: (context: Context, request: RawRequest) => Promise<HandlerResult<Data>>;
}

/** A route that answers with a page; what stands in `meta` over HTTP is part of what `auth.api` gives. */
export interface PageRoute<Input, Data, Page extends object> extends Route<Input, Data> {
  readonly pageOf: (meta: ReplyMeta) => Page;
}

/** A route whose data has lists of any length besides. */
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

/** A route that strangers may call. */
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

/** Whether there is such a route with these settings; without what it requires it is 404. */
export function isRouteOn({ requires }: Pick<AnyRoute, 'requires'>, settings: Pick<Settings, OptionalFeature>): boolean {
  return requires === undefined || settings[requires] !== undefined;
}

/** The input as the schema has it; fails with `VALIDATION_FAILED` and every fault at once. */
export function validated<Input>(context: Context, shape: InputShape<Input>, input: unknown): Input {
  const parsed = parseWithProfile(context, { shape, input });
  if (!parsed.ok) throw new AuthError('VALIDATION_FAILED', { issues: parsed.issues });
  return parsed.value;
}
