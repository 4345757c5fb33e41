import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { createUser, createUserInput } from '../features/accounts/create-user.js';
import type { CreateUserInput } from '../features/accounts/create-user.js';
import type { User } from '../model/user.js';
import { toCaller } from '../http/request-caller.js';
import { validated } from '../http/define-route.js';
import type { PageRoute, Route } from '../http/define-route.js';
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

type Arguments<Input> = Parameters<ApiCall<Input, unknown>>;

/** What stands in the path over HTTP. */
function idOf(input: unknown): string | undefined {
  const id: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
}

export function createApi(context: Context, routes: RouteTable): AuthApi {
  const run = <Input, Data>(route: Route<Input, Data>, [input, { accessToken, ...caller } = {}]: Arguments<Input>) =>
    runRoute(context, {
      route,
      token: () => accessToken ?? null,
      caller: toCaller(caller),
      source: caller.ip === undefined ? undefined : { ip: caller.ip },
      mount: '',
      cookies: {},
      subjectId: idOf(input),
      readInput: () => input,
    }).catch((thrown: unknown) => {
      // The caller's own, and no failure.
      throw thrown === caller.signal?.reason ? thrown : toAuthError(context, thrown);
    });
  const call =
    <Input, Data>(route: Route<Input, Data>): ApiCall<Input, Data> =>
    async (...given) =>
      (await run(route, given)).data;
  const callPage =
    <Input, Data, Page>(route: PageRoute<Input, Data, Page>): ApiCall<Input, Data & Page> =>
    async (...given) => {
      const { data, meta = {} } = await run(route, given);
      return { ...data, ...route.pageOf(meta) };
    };
  return {
    register: call(routes.register),
    me: call(routes.me),
    updateMe: call(routes.updateMe),
    deleteMe: call(routes.deleteMe),
    exportMe: call(routes.exportMe),
    login: call(routes.login),
    adminLogin: call(routes.adminLogin),
    reauthenticate: call(routes.reauthenticate),
    refresh: call(routes.refresh),
    logout: call(routes.logout),
    logoutAll: call(routes.logoutAll),
    sessions: call(routes.sessions),
    endSession: call(routes.endSession),
    devices: call(routes.devices),
    forgetDevice: call(routes.forgetDevice),
    requestPasswordReset: call(routes.requestPasswordReset),
    resetPassword: call(routes.resetPassword),
    changePassword: call(routes.changePassword),
    requestVerification: call(routes.requestVerification),
    verifyEmail: call(routes.verifyEmail),
    changeEmail: call(routes.changeEmail),
    twoFactor: call(routes.twoFactor),
    setUpTwoFactor: call(routes.setUpTwoFactor),
    enableTwoFactor: call(routes.enableTwoFactor),
    challengeTwoFactor: call(routes.challengeTwoFactor),
    verifyTwoFactor: call(routes.verifyTwoFactor),
    verifyBackupCode: call(routes.verifyBackupCode),
    regenerateBackupCodes: call(routes.regenerateBackupCodes),
    disableTwoFactor: call(routes.disableTwoFactor),
    deleteTwoFactor: call(routes.deleteTwoFactor),
    users: callPage(routes.users),
    inviteUser: call(routes.inviteUser),
    user: call(routes.user),
    updateUser: call(routes.updateUser),
    putUser: call(routes.putUser),
    removeUser: call(routes.removeUser),
    logOutUser: call(routes.logOutUser),
    startPasswordReset: call(routes.startPasswordReset),
    resetTwoFactor: call(routes.resetTwoFactor),
    userEvents: callPage(routes.userEvents),
    health: call(routes.health),
    jwks: call(routes.jwks),
    openapi: call(routes.openapi),
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
