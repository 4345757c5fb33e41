import type { Caller, Deps } from '../../deps.js';
import { AuthError } from '../../errors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import { toUser } from '../accounts/user.js';
import { recordEvent, transact } from '../audit/transact.js';
import type { TransactDeps, UnitOfWork } from '../audit/transact.js';
import { askHook } from '../hooks/ask-hook.js';
import { LOGGED_OUT } from '../login/auth-block.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { checkPasswordPolicy } from '../passwords/check-password-policy.js';
import type { CheckPasswordPolicyDeps } from '../passwords/check-password-policy.js';
import { hashLinkToken } from '../tokens/link-token.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';
import { guessCounters } from '../two-factor/pause-guessing.js';
import type { ResetPasswordData, ResetPasswordInput } from './schema.js';

export type ResetPasswordDeps = TransactDeps & CheckPasswordPolicyDeps & Pick<Deps, 'hasher'>;

interface Reset {
  readonly user: UserRecord;
  readonly token: OneTimeTokenRecord;
  readonly hash: string;
  readonly caller: Caller;
}

/**
 * Sets the password of whoever holds the token of a reset or of an invitation, and proves their address with it. Every
 * session ends, and so does trust in devices; nobody is logged in, and second factors stay as they are (security.md R3).
 * A token that is bad, used or expired is `INVALID_RESET_TOKEN`; after `WEAK_PASSWORD` or a veto it is as good as before.
 */
export async function resetPassword(
  deps: ResetPasswordDeps,
  { token: secret, newPassword, caller }: ResetPasswordInput & { readonly caller: Caller },
): Promise<ResetPasswordData> {
  const { store, clock, hasher } = deps;
  const token = await store.oneTimeTokens.findLive(hashLinkToken(secret), ['password-reset', 'invitation'], clock.now());
  const user = token === null ? null : await store.users.find(token.userId);
  if (token === null || user === null || user.disabledAt !== null) return refuse(deps, { userId: user?.id ?? null, caller });
  // Before the token is used up, and outside of the transaction: both the policy and the hash take their time.
  await checkPasswordPolicy(deps, { path: 'newPassword', password: newPassword, owner: user, caller });
  await askHook(deps, {
    hook: deps.settings.hooks.beforePasswordChange,
    attempt: { user: toUser(deps, user), by: wayOf(token), caller },
    refusal: (detail) => ({ type: 'password.reset-refused', outcome: 'failure', userId: user.id, actorId: null, detail }),
  });
  const reset: Reset = { user, token, hash: await hasher.hash({ password: newPassword, caller }), caller };
  const done = await transact(deps, { caller, work: (unit) => apply({ clock, unit }, reset) });
  return done ? { auth: LOGGED_OUT } : refuse(deps, { userId: user.id, caller });
}

function wayOf({ purpose }: OneTimeTokenRecord): 'password-reset' | 'invitation' {
  return purpose === 'invitation' ? purpose : 'password-reset';
}

async function apply(
  deps: Pick<Deps, 'clock'> & { readonly unit: UnitOfWork },
  { user, token, hash, caller }: Reset,
): Promise<boolean> {
  const { unit } = deps;
  const at = deps.clock.now();
  // R1: of two resets at once one wins; a token voided since it was found loses too.
  if (!(await unit.oneTimeTokens.consume(token.id, at))) return false;
  if (!(await unit.users.setPassword(user.id, { hash, at }))) return false;
  unit.forgetState(user.id);
  const { email } = token.payload;
  // The mailbox has received the token, so it is its holder's; if it still is the account's.
  if (typeof email === 'string') await unit.users.verifyEmail(user.id, email, at);
  const revoked = await unit.sessions.revokeAll(user.id, at, 'password-reset');
  await unit.devices.distrustAll(user.id);
  await voidOneTimeTokens(deps, user.id);
  // A way out of a pause that somebody else's guesses have caused; the factor itself is still asked for.
  const { failures, stop } = guessCounters(user.id);
  await unit.counters.clear(failures);
  await unit.counters.clear(stop);
  await unit.record({
    type: 'password.reset',
    outcome: 'success',
    userId: user.id,
    detail: { by: wayOf(token), revoked },
  });
  // Whoever accepts an invitation has had no password that somebody could have reset.
  if (user.passwordHash !== null) await notifyOwner(deps, { user, notice: 'password-reset', caller });
  return true;
}

async function refuse(
  deps: TransactDeps,
  { userId, caller }: { readonly userId: string | null; readonly caller: Caller },
): Promise<never> {
  await recordEvent(deps, { caller, event: { type: 'password.reset-refused', outcome: 'failure', userId, actorId: null, detail: { reason: 'invalid-token' } } });
  throw new AuthError('INVALID_RESET_TOKEN');
}
