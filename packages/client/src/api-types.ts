import type { AuthApi } from '@sallyport/core';
import type { RouteName } from './routes.js';

/** The client manages the tokens of the session. Methods neither take nor return them, in either transport. */
type OwnTokens = 'accessToken' | 'refreshToken' | 'deviceToken' | 'tokenType';

/** Distributes over the members of a union. */
type Without<T, Keys extends string> = T extends object ? (Keys & keyof T extends never ? T : Omit<T, Keys>) : T;

/** The input of a route. It may have passwords, codes and the token of a mailed link, but no session token. */
export type RouteInput<Name extends RouteName> = Without<Parameters<AuthApi[Name]>[0], 'refreshToken' | 'deviceToken'>;

/** The response data of a route, without the tokens of the session. */
export type RouteData<Name extends RouteName, Profile = undefined> = Without<
  Awaited<ReturnType<AuthApi<Profile>[Name]>>,
  OwnTokens
>;

export interface CallOptions {
  /** Aborts the request. The promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The input is optional if all of its fields are. */
export type RouteCall<Input, Data> = Readonly<Record<never, never>> extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Data>
  : (input: Input, options?: CallOptions) => Promise<Data>;

type LoginRoute = 'login' | 'adminLogin' | 'verifyEmailLogin' | 'exchangeProviderCode';

type LoginAnswer<Name extends LoginRoute> = RouteData<Name>;
type ChallengeAnswer<Name extends LoginRoute> = Extract<LoginAnswer<Name>, { readonly challengeToken: string }>;
type SignedInAnswer<Name extends LoginRoute> = Exclude<LoginAnswer<Name>, { readonly challengeToken: string }>;

/** The person is logged in. */
export type SignedIn<Name extends LoginRoute = 'login'> = SignedInAnswer<Name> & { readonly kind: 'signed-in' };

type VerifyInput = Omit<RouteInput<'verifyTwoFactor'>, 'challengeToken' | 'userId'>;
type VerifyBackupInput = Omit<RouteInput<'verifyBackupCode'>, 'challengeToken' | 'userId'>;

/**
 * The password, link or code was right, and a second factor is required. The user is logged in once one of the functions has
 * succeeded.
 */
export type SecondFactorRequired<Name extends LoginRoute = 'login', Profile = undefined> = ChallengeAnswer<Name> & {
  readonly kind: 'second-factor-required';
  /** Seconds until `sendCode` may be called again, if a code has just been sent. */
  readonly sendAgainAfter: number | undefined;
  /** Sends a code by SMS or email. May be called again. */
  readonly sendCode: (
    input: Pick<RouteInput<'challengeTwoFactor'>, 'method'>,
    options?: CallOptions,
  ) => Promise<RouteData<'challengeTwoFactor'>>;
  /** Completes the login with a code. A wrong code fails with `INVALID_TWO_FACTOR_CODE`; another one may be tried. */
  readonly verify: (input: VerifyInput, options?: CallOptions) => Promise<RouteData<'verifyTwoFactor', Profile>>;
  /** Completes the login with a backup code. */
  readonly verifyBackupCode: (
    input: VerifyBackupInput,
    options?: CallOptions,
  ) => Promise<RouteData<'verifyBackupCode', Profile>>;
};

/** The result of a login step. Check `kind`. */
export type LoginResult<Name extends LoginRoute = 'login', Profile = undefined> =
  | SignedIn<Name>
  | SecondFactorRequired<Name, Profile>;

type RouteResult<Name extends RouteName, Profile> = Name extends LoginRoute
  ? LoginResult<Name, Profile>
  : Name extends 'refresh'
    ? void
    : RouteData<Name, Profile>;

/** Every route of the server as a method, under the name it has in `auth.api`. */
export type RouteMethods<Profile = undefined> = {
  readonly [Name in RouteName]: RouteCall<RouteInput<Name>, RouteResult<Name, Profile>>;
};
