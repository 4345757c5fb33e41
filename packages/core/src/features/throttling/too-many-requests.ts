import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';

/** `TOO_MANY_REQUESTS` until `retryAt`. `null`: waiting does not help, another proof or an administrator does. */
export function tooManyRequests(context: Context, retryAt: number | null): AuthError {
  if (retryAt === null) return new AuthError('TOO_MANY_REQUESTS');
  return new AuthError('TOO_MANY_REQUESTS', { retryAfterSeconds: secondsUntil(context, retryAt) });
}

/** Whole seconds until then, at least one. */
export function secondsUntil({ clock }: Context, at: number): number {
  return Math.max(1, Math.ceil((at - clock.now()) / 1_000));
}
