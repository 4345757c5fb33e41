import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { recordRefusal } from '../../unit-of-work.js';
import { countPasswordAttempt } from '../throttling/count-password-attempt.js';
import { withHashingPlace } from './with-hashing-place.js';
import { verifyPassword } from './verify-password.js';

export interface RequirePasswordInput {
  readonly current: SessionState;
  readonly password: string;
  readonly caller: Caller;
  /** What a wrong password is reported as. Default: `session.reauthentication-failed`. */
  readonly refusal?: PasswordRefusal;
}

/** What a wrong password is to the trail, by what was to be done. */
export type PasswordRefusal =
  | { readonly type: 'session.reauthentication-failed' }
  | { readonly type: 'password.change-refused' | 'email.change-refused'; readonly detail: { readonly reason: 'wrong-password' } };

/**
 * Fails with `INVALID_CREDENTIALS`, and leaves an event, unless this is the password of the session's user; with
 * `TOO_MANY_REQUESTS` after too many others: whoever has stolen a session must not guess on for ever (security.md L2).
 */
export async function requirePassword(context: Context, input: RequirePasswordInput): Promise<void> {
  await withHashingPlace(context, { caller: input.caller, work: (held) => verify(held, input) });
}

/**
 * The same for what an account without a password may do too, such as remove itself: there it is left out, and the route asks for a
 * recent session instead. Left out for an account that has one, it is `VALIDATION_FAILED`.
 */
export async function requirePasswordIfAny(
  context: Context,
  { password, ...input }: Omit<RequirePasswordInput, 'password'> & { readonly password: string | undefined },
): Promise<void> {
  if (password !== undefined) return requirePassword(context, { ...input, password });
  const user = await context.store.users.find(input.current.user.id);
  if (user === null) throw new AuthError('INVALID_TOKEN');
  if (user.passwordHash !== null) throw new AuthError('VALIDATION_FAILED', { issues: [{ path: 'password', message: 'is required' }] });
}

async function verify(
  context: Context,
  { current, password, caller, refusal = { type: 'session.reauthentication-failed' } }: RequirePasswordInput,
): Promise<void> {
  // Read past the cache: a password that was changed in another process a moment ago opens nothing here any more.
  const user = await context.store.users.find(current.user.id);
  const { id: sessionId } = current.session;
  const userId = user?.id ?? null;
  const guess = { guesser: { by: 'session', sessionId }, userId, caller } as const;
  if (await countPasswordAttempt(context, guess, () => verifyPassword(context, { user, password, caller }))) return;
  await recordRefusal(context, {
    caller,
    event: { ...refusal, outcome: 'failure', userId, sessionId },
  });
  throw new AuthError('INVALID_CREDENTIALS');
}
