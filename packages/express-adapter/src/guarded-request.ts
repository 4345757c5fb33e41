import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Response } from 'express';
import type { PrincipalOf, Register } from './registered-auth.js';

declare const guarded: unique symbol;

/** Marks the routes behind `requireAuth`, for types alone: Express infers the type of `res.locals` from all handlers of a route. */
export type GuardedLocals = Response['locals'] & { readonly [guarded]?: true };

/**
 * What `requireAuth` returns: a handler for Express 4 and 5. `req.auth` is there for the handlers that stand behind it in the same
 * call.
 */
export type GuardedHandler = (
  req: IncomingMessage,
  res: ServerResponse & { readonly locals: GuardedLocals },
  next: (error?: unknown) => void,
) => unknown;

/**
 * The type of `req.auth`: there behind `requireAuth`, elsewhere maybe `undefined`. For a property of another name (the option
 * `as`), declare it with `this`:
 *
 * ```ts
 * declare global {
 *   namespace Express {
 *     interface Request {
 *       sallyport: AuthOf<this>;
 *     }
 *   }
 * }
 * ```
 */
export type AuthOf<Req> = Req extends { readonly res?: { readonly locals: infer Locals } | undefined }
  ? typeof guarded extends keyof Locals
    ? PrincipalOf<Register>
    : PrincipalOf<Register> | undefined
  : PrincipalOf<Register> | undefined;

interface WithAuth {
  /** Who asks: the user, the session and the token's claims. */
  auth: AuthOf<this>;
}

/** Nothing if the application has another name for it: then another library may declare `req.auth`. */
type AuthProperty = Register extends { readonly as: string } ? unknown : WithAuth;

declare global {
  namespace Express {
    interface Request extends AuthProperty {}
  }
}
