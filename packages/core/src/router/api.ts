import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { createUser } from '../features/accounts/create-user.js';
import { createUserInput } from '../features/accounts/schema.js';
import type { User } from '../model/user.js';
import { startSession, startSessionInput } from '../features/login/start-session.js';
import type { LoginOutcome } from '../features/login/schema.js';
import { readProviderTokens, readProviderTokensInput } from '../features/providers/read-provider-tokens.js';
import type { ProviderTokens, ReadProviderTokensInput } from '../features/providers/read-provider-tokens.js';
import { toCaller } from '../http/request-caller.js';
import { isPageRoute, validated, type AnyRoute, type HandlerResult, type Lists } from '../http/define-route.js';
import { isRouteOn } from '../http/optional-feature.js';
import { describeError } from '../foundation/describe-error.js';
import { collectPages } from '../foundation/pages.js';
import { runRoute } from './run-route.js';
import type { RouteType } from './route-types.js';
import type { RouteTable, RouteTypes } from './routes.js';

/** The caller of a use-case. */
export interface ApiCaller {
  /**
   * The address that the call counts against (security.md L3), and whose share of the hashing queue it uses. Calls
   * without one are not limited by source, and share one queue.
   */
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Required by `session` routes. */
  readonly accessToken?: string | undefined;
  /**
   * Aborted when the outcome is no longer needed: a password hash that has not started is then not computed, and the
   * call fails with the signal's reason. Work that has begun is finished.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A route's use-case without HTTP: the same checks and the same work. Throws `AuthError`, or the reason of an aborted
 * signal.
 */
export type ApiCall<Input, Data> = {
  // Declared as a method, so that an `Auth` with its own profile type is an `Auth`: parameters of methods are
  // bivariant.
  call(input: Input, caller?: ApiCaller): Promise<Data>;
}['call'];

/** Every route's use-case by the name in the route table. */
export type AuthApi<Profile = unknown, ProfileInput = Profile> = {
  readonly [Name in keyof RouteTypes]: CallOf<RouteTypes[Name], Profile, ProfileInput>;
};

type CallOf<R, Profile, ProfileInput> =
  R extends RouteType<infer Input, infer Data, infer More>
    ? ApiCall<InputWith<Input, ProfileInput>, DataWith<Data, Profile> & More>
    : never;

/** The data, with the application's own profile type in every user. */
type DataWith<Data, Profile> = Data extends object
  ? { readonly [Field in keyof Data]: Field extends 'user' | 'users' ? UsersWith<Data[Field], Profile> : Data[Field] }
  : Data;

type UsersWith<Users, Profile> = Users extends readonly User[]
  ? readonly User<Profile>[]
  : Users extends User
    ? User<Profile>
    : Users extends { readonly profile: unknown }
      ? Omit<Users, 'profile'> & Pick<User<Profile>, 'profile'>
      : Users;

/** The input, with the profile type of the application's schema if the route takes a profile. */
export type InputWith<Input, ProfileInput> = 'profile' extends keyof Input
  ? Omit<Input, 'profile'> & { readonly profile?: ProfileInput | undefined }
  : Input;

/** The path parameter over HTTP. */
function idOf(input: unknown): string | undefined {
  const id: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
}

export function createApi(context: Context, routes: RouteTable): AuthApi {
  const calls = Object.entries<AnyRoute>(routes).map(([name, route]) => [name, callOf(context, route)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a map over the table's names and types has no other spelling
  return Object.fromEntries(calls) as AuthApi;
}

function callOf(context: Context, route: AnyRoute): ApiCall<unknown, unknown> {
  return async (input, caller = {}) => {
    const { data, lists, meta = {} } = await callRoute(context, { route, input, caller });
    if (lists !== undefined && typeof data === 'object') return { ...data, ...(await collect(context, lists)) };
    return isPageRoute(route) && typeof data === 'object' ? { ...data, ...route.pageOf(meta) } : data;
  };
}

/** Collected in memory. Over HTTP the same lists are read while they are sent. */
async function collect(context: Context, lists: Lists): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const collected: Record<string, readonly unknown[]> = {};
  try {
    for (const [name, pages] of Object.entries(lists)) collected[name] = await collectPages(pages);
  } catch (thrown) {
    throw toAuthError(context, thrown);
  }
  return collected;
}

interface Call {
  readonly route: AnyRoute;
  readonly input: unknown;
  readonly caller: ApiCaller;
}

async function callRoute(
  context: Context,
  { route, input, caller: { accessToken, ...caller } }: Call,
): Promise<HandlerResult<unknown>> {
  try {
    if (!isRouteOn(route, context.settings)) throw new AuthError('NOT_FOUND');
    return await runRoute(context, {
      route,
      token: () => accessToken ?? null,
      caller: toCaller(caller),
      source: caller.ip === undefined ? undefined : { ip: caller.ip },
      mount: '',
      cookies: {},
      subjectId: idOf(input),
      readInput: () => input,
    });
  } catch (thrown) {
    // The caller's own abort is not a failure.
    throw thrown === caller.signal?.reason ? thrown : toAuthError(context, thrown);
  }
}

/** Creates an account for the operator. It is not a route, so there is no caller. */
export async function createUserFor(context: Context, input: unknown): Promise<User> {
  try {
    return await createUser(context, validated(context, { input: createUserInput, profile: 'new' }, input));
  } catch (thrown) {
    throw toAuthError(context, thrown);
  }
}

/** How the application proved a user, for `auth.startSession`. */
export interface SessionStart {
  /** RFC 8176 names such as `pwd`, or other names such as `ldap`. */
  readonly amr: readonly string[];
  /** `2` if that was more than one factor: then no second factor is required. Default `1`. */
  readonly aal?: 1 | 2 | undefined;
}

/** The user's client, as the application saw it. */
export interface SessionCaller extends Omit<ApiCaller, 'accessToken'> {
  /** Of a device that has logged in before. */
  readonly deviceToken?: string | undefined;
}

/** Begins a session for a user whom the application has authenticated. It is not a route. */
export async function startSessionFor(
  context: Context,
  { userId, how, caller: { deviceToken, ...caller } }: { readonly userId: string; readonly how: SessionStart; readonly caller: SessionCaller },
): Promise<LoginOutcome> {
  try {
    const input = validated(context, { input: startSessionInput }, { ...how, userId, deviceToken });
    return await startSession(context, { ...input, caller: toCaller(caller) });
  } catch (thrown) {
    throw toAuthError(context, thrown);
  }
}

/** Reads the tokens of an external provider for the application. It is not a route: they never leave by HTTP. */
export async function providerTokensFor(context: Context, input: ReadProviderTokensInput): Promise<ProviderTokens | null> {
  try {
    return await readProviderTokens(context, validated(context, { input: readProviderTokensInput }, input));
  } catch (thrown) {
    throw toAuthError(context, thrown);
  }
}

/** Unexpected errors go only to the log: their message may quote the input (security.md G2). */
function toAuthError({ logger }: Context, thrown: unknown): AuthError {
  if (thrown instanceof AuthError) return thrown;
  logger.error('call failed', describeError(thrown));
  return new AuthError('INTERNAL');
}
