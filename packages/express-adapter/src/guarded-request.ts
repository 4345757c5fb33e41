import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Response } from 'express';
import type { PrincipalOf, Register } from './registered-auth.js';

declare const guarded: unique symbol;

/** Marks the routes behind `requireAuth`, in types only: Express infers the type of `res.locals` from all handlers of a route. */
export type GuardedLocals = Response['locals'] & { readonly [guarded]?: true };

/**
 * The handler that `requireAuth` returns, for Express 4 and 5. Handlers after it in the same call have `req.auth`.
 */
export type GuardedHandler = (
  req: IncomingMessage,
  res: ServerResponse & { readonly locals: GuardedLocals },
  next: (error?: unknown) => void,
) => unknown;

/**
 * The type of `req.auth`: always set behind `requireAuth`, possibly `undefined` elsewhere. For a property of another name (the
 * option `as`), declare it with `this`:
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
  /** The caller: the user, the session and the token's claims. */
  auth: AuthOf<this>;
}

/** Empty if the application uses another name, so that another library may declare `req.auth`. */
type AuthProperty = Register extends { readonly as: string } ? unknown : WithAuth;

declare global {
  namespace Express {
    interface Request extends AuthProperty {}
  }
}
