import type { AuthApi } from '@sallyport/core';
import type { RouteName } from './routes.js';

/** Tokens are the client's business: what it is given and what it answers never holds one, in either transport. */
type OwnTokens = 'accessToken' | 'refreshToken' | 'deviceToken' | 'tokenType';

/** For each member of a union by itself. */
type Without<T, Keys extends string> = T extends object ? (Keys & keyof T extends never ? T : Omit<T, Keys>) : T;

/** What a route takes; passwords, codes and the token of a mailed link, but no token of a session. */
export type RouteInput<Name extends RouteName> = Without<Parameters<AuthApi[Name]>[0], 'refreshToken' | 'deviceToken'>;

/** What a route answers, without the tokens of the session. */
export type RouteData<Name extends RouteName, Profile = undefined> = Without<
  Awaited<ReturnType<AuthApi<Profile>[Name]>>,
  OwnTokens
>;

export interface CallOptions {
  /** Calls the request off; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The input may be left out where every field may be. */
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

/** The password, link or code was right, and a second factor is asked for. Nobody is logged in until one of the functions has succeeded. */
export type SecondFactorRequired<Name extends LoginRoute = 'login', Profile = undefined> = ChallengeAnswer<Name> & {
  readonly kind: 'second-factor-required';
  /** Seconds until `sendCode` may be called, where a code has just been sent. */
  readonly sendAgainAfter: number | undefined;
  /** Has a code sent by SMS or email, again if need be. */
  readonly sendCode: (
    input: Pick<RouteInput<'challengeTwoFactor'>, 'method'>,
    options?: CallOptions,
  ) => Promise<RouteData<'challengeTwoFactor'>>;
  /** Completes the login by a code. A wrong one fails with `INVALID_TWO_FACTOR_CODE`, and another may be tried. */
  readonly verify: (input: VerifyInput, options?: CallOptions) => Promise<RouteData<'verifyTwoFactor', Profile>>;
  /** Completes the login by one of the backup codes. */
  readonly verifyBackupCode: (
    input: VerifyBackupInput,
    options?: CallOptions,
  ) => Promise<RouteData<'verifyBackupCode', Profile>>;
};

/** How a login goes on: ask for `kind`. */
export type LoginResult<Name extends LoginRoute = 'login', Profile = undefined> =
  | SignedIn<Name>
  | SecondFactorRequired<Name, Profile>;

type RouteResult<Name extends RouteName, Profile> = Name extends LoginRoute
  ? LoginResult<Name, Profile>
  : Name extends 'refresh'
    ? void
    : RouteData<Name, Profile>;

/** Every route of the server as a method, by the name it has in `auth.api`. */
export type RouteMethods<Profile = undefined> = {
  readonly [Name in RouteName]: RouteCall<RouteInput<Name>, RouteResult<Name, Profile>>;
};
