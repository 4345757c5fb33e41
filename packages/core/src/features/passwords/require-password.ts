import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError, invalidField } from '../../errors.js';
import { refuse } from '../../unit-of-work.js';
import { countPasswordAttempt } from '../throttling/count-password-attempt.js';
import { withHashingPlace } from './with-hashing-place.js';
import { verifyPassword } from './verify-password.js';

export interface RequirePasswordInput {
  readonly current: SessionState;
  readonly password: string;
  readonly caller: Caller;
  /** The event for a wrong password. Default: `session.reauthentication-failed`. */
  readonly refusal?: PasswordRefusal;
}

/** The event to record for a wrong password. */
export type PasswordRefusal =
  | { readonly type: 'session.reauthentication-failed' }
  | { readonly type: 'password.change-refused' | 'email.change-refused'; readonly detail: { readonly reason: 'wrong-password' } };

/**
 * Requires the password of the session's user. A wrong one is `INVALID_CREDENTIALS`, with an event; too many are `TOO_MANY_REQUESTS`,
 * so that the thief of a session cannot guess without limit (security.md L2).
 */
export async function requirePassword(context: Context, input: RequirePasswordInput): Promise<void> {
  await withHashingPlace(context, { caller: input.caller, work: (held) => verify(held, input) });
}

/**
 * The same for actions that an account without a password may take too, such as removing itself: it sends none, and the route
 * requires a recent session instead. If the account has a password and none is sent, it is `VALIDATION_FAILED`.
 */
export async function requirePasswordIfAny(
  context: Context,
  { password, ...input }: Omit<RequirePasswordInput, 'password'> & { readonly password: string | undefined },
): Promise<void> {
  if (password !== undefined) return requirePassword(context, { ...input, password });
  const user = await context.store.users.find(input.current.user.id);
  if (user === null) throw new AuthError('INVALID_TOKEN');
  if (user.passwordHash !== null) throw invalidField('password', 'is required');
}

async function verify(
  context: Context,
  { current, password, caller, refusal = { type: 'session.reauthentication-failed' } }: RequirePasswordInput,
): Promise<void> {
  // Read from the store, not from the cache: another process may have changed the password.
  const user = await context.store.users.find(current.user.id);
  const { id: sessionId } = current.session;
  const userId = user?.id ?? null;
  const guess = { guesser: { by: 'session', sessionId }, userId, caller } as const;
  if (await countPasswordAttempt(context, guess, () => verifyPassword(context, { user, password, caller }))) return;
  await refuse(context, { caller, code: 'INVALID_CREDENTIALS', event: { ...refusal, outcome: 'failure', userId, sessionId } });
}
