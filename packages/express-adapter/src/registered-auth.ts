import type { Auth } from '@sallyport/core';

/**
 * Declare this once in an application:
 *
 * ```ts
 * declare module '@sallyport/express-adapter' {
 *   interface Register {
 *     auth: typeof auth; // `req.auth.user.profile` has the type of the configured profile
 *     as: 'sallyport'; // only if `requireAuth` sets `req.sallyport`, because another library has `req.auth`
 *   }
 * }
 * ```
 */
export interface Register {}

/** The type of `req.auth`, if an application has registered one. */
export type PrincipalOf<Registered> = Registered extends { readonly auth: Pick<Auth, 'authenticate'> }
  ? Awaited<ReturnType<Registered['auth']['authenticate']>>
  : Awaited<ReturnType<Auth['authenticate']>>;

/** The option `as`. It is required if another name than `auth` is registered. */
export type NameOption<Registered> = Registered extends { readonly as: infer Name extends string }
  ? { readonly as: Name }
  : { readonly as?: 'auth' | undefined };
