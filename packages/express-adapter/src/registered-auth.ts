import type { Auth } from '@sallyport/core';

/**
 * The application's own `Auth`, which TypeScript is told once, so that `req.auth.user.profile` has the type of the
 * configured profile:
 *
 * ```ts
 * declare module '@sallyport/express-adapter' {
 *   interface Register { auth: typeof auth }
 * }
 * ```
 */
export interface Register {}

/** What `req.auth` is, where an application has registered this. */
export type PrincipalOf<Registered> = Registered extends { readonly auth: Pick<Auth, 'authenticate'> }
  ? Awaited<ReturnType<Registered['auth']['authenticate']>>
  : Awaited<ReturnType<Auth['authenticate']>>;
