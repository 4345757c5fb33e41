import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';

/** `TOO_MANY_REQUESTS` until then; `null` where waiting does not help, but a recovery of the account does. */
export function tooManyRequests({ clock }: Context, retryAt: number | null): AuthError {
  if (retryAt === null) return new AuthError('TOO_MANY_REQUESTS');
  return new AuthError('TOO_MANY_REQUESTS', {
    retryAfterSeconds: Math.max(1, Math.ceil((retryAt - clock.now()) / 1_000)),
  });
}
