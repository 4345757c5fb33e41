import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { createUser, createUserInput } from '../features/accounts/create-user.js';
import type { CreateUserInput } from '../features/accounts/create-user.js';
import type { User } from '../model/user.js';
import { toCaller } from '../http/request-caller.js';
import { validated } from '../http/define-route.js';
import type { AnyRoute, PageRoute, Route } from '../http/define-route.js';
import { describeError } from '../foundation/describe-error.js';
import { runRoute } from './run-route.js';
import type { RouteTable } from './routes.js';

/** On whose behalf a use-case is called. */
export interface ApiCaller {
  /**
   * The address that the call counts against (security.md L3), and that takes turns with others when hashing. Calls without
   * one are not limited by source, and share one turn.
   */
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  /** What `session` routes need. */
  readonly accessToken?: string | undefined;
  /**
   * Aborted when nobody waits for the outcome any more: a password hash that has not begun is not computed then, and the
   * call fails with the signal's reason. What has begun is finished.
   */
  readonly signal?: AbortSignal | undefined;
}

/** A route's use-case without HTTP: the same checks and the same work. Throws `AuthError`, or the reason of an aborted signal. */
export type ApiCall<Input, Data> = (input: Input, caller?: ApiCaller) => Promise<Data>;

/** Every route's use-case, by name. */
export type AuthApi<Profile = unknown> = {
  readonly [Name in keyof RouteTable]: RouteTable<Profile>[Name] extends PageRoute<infer Input, infer Data, infer Page>
    ? ApiCall<Input, Data & Page>
    : RouteTable<Profile>[Name] extends Route<infer Input, infer Data>
      ? ApiCall<Input, Data>
      : never;
};

type AnyPageRoute = PageRoute<unknown, unknown, object>;

/** What stands in the path over HTTP. */
function idOf(input: unknown): string | undefined {
  const id: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** The calls are made from the table, so that a new route is one too. */
export function createApi(context: Context, routes: RouteTable): AuthApi;
export function createApi(context: Context, routes: RouteTable): object {
  const named: readonly (readonly [string, AnyRoute | AnyPageRoute])[] = Object.entries(routes);
  return Object.fromEntries(named.map(([name, route]) => [name, callOf(context, route)]));
}

function callOf(context: Context, route: AnyRoute | AnyPageRoute): ApiCall<unknown, unknown> {
  return async (input, { accessToken, ...caller } = {}) => {
    const call = runRoute(context, {
      route,
      token: () => accessToken ?? null,
      caller: toCaller(caller),
      source: caller.ip === undefined ? undefined : { ip: caller.ip },
      mount: '',
      cookies: {},
      subjectId: idOf(input),
      readInput: () => input,
    });
    const { data, meta = {} } = await call.catch((thrown: unknown) => {
      // The caller's own reason, and no failure.
      throw thrown === caller.signal?.reason ? thrown : toAuthError(context, thrown);
    });
    // Over HTTP, a page's cursor is in `meta`.
    return 'pageOf' in route ? Object.assign({}, data, route.pageOf(meta)) : data;
  };
}

/** Makes an account for the operator: no route, so no caller. */
export async function createUserFor(context: Context, input: CreateUserInput): Promise<User> {
  try {
    return await createUser(context, validated(context, { input: createUserInput, profile: 'new' }, input));
  } catch (thrown) {
    throw toAuthError(context, thrown);
  }
}

/** What nobody threw on purpose is told to the log alone: it may quote what it was given (security.md G2). */
function toAuthError({ logger }: Context, thrown: unknown): AuthError {
  if (thrown instanceof AuthError) return thrown;
  logger.error('call failed', describeError(thrown));
  return new AuthError('INTERNAL');
}
