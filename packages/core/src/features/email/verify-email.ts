import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import { ADMIN_ROLE } from '../../model/roles.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
import { openRegistration } from '../accounts/pending-registration.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { hashLinkToken } from '../tokens/link-token.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';
import type { VerifyEmailInput } from './schema.js';

interface Verification {
  readonly user: UserRecord;
  readonly token: OneTimeTokenRecord;
  readonly email: string;
  readonly caller: Caller;
}

type Outcome =
  | { readonly kind: 'proven' | 'repeated' }
  /** Of a user who is still there, or `null`. */
  | { readonly kind: 'refused'; readonly userId: string | null };

/**
 * Proves an address by the token that was mailed to it: the address of the account, or the one it changes to, which takes
 * effect now. Logs nobody in (security.md L4). Until the token expires, a repetition for the address that it has proven
 * succeeds and changes nothing: mail scanners and double clicks are not errors. A token that is bad, void or expired, or
 * an address that somebody else has registered meanwhile, is `INVALID_VERIFICATION_TOKEN`.
 */
export async function verifyEmail(
  context: Context,
  { token: secret, caller }: VerifyEmailInput & { readonly caller: Caller },
): Promise<void> {
  const purposes = ['email-verification', 'email-change'] as const;
  const found = await context.store.oneTimeTokens.findByHash(hashLinkToken(secret), purposes);
  const outcome: Outcome =
    found === null
      ? { kind: 'refused', userId: null }
      : await withTransaction(context, { caller, work: (tx) => prove(tx, { tokenId: found.id, caller }) });
  if (outcome.kind !== 'refused') return;
  await recordRefusal(context, {
    caller,
    event: { type: 'email.verification-refused', outcome: 'failure', userId: outcome.userId, actorId: null },
  });
  throw new AuthError('INVALID_VERIFICATION_TOKEN');
}

async function prove(
  context: TransactionContext,
  { tokenId, caller }: { readonly tokenId: string; readonly caller: Caller },
): Promise<Outcome> {
  const { unit, clock } = context;
  const at = clock.now();
  // Read within the transaction: of two requests at once the second has to see what the first did.
  const token = await unit.oneTimeTokens.find(tokenId);
  const user = token === null || token.userId === null ? null : await unit.users.find(token.userId);
  const email = token?.payload['email'];
  const refused: Outcome = { kind: 'refused', userId: user?.id ?? null };
  if (token === null || user === null || user.disabledAt !== null || typeof email !== 'string') return refused;
  if (at < token.expiresAt && hasProven(token, { user, email })) return { kind: 'repeated' };
  // R1: used once; a token that was voided is refused too.
  if (!(await unit.oneTimeTokens.consume(token.id, at))) return refused;
  unit.invalidateSessionCache(user.id);
  const apply = token.purpose === 'email-change' ? applyChange : applyVerification;
  return (await apply(context, { user, token, email, caller })) ? { kind: 'proven' } : refused;
}

/** True if this token was used for the present address. Both times are written together; a voided token has another. */
function hasProven(
  { consumedAt }: OneTimeTokenRecord,
  { user, email }: { readonly user: UserRecord; readonly email: string },
): boolean {
  return consumedAt !== null && user.email === email && user.emailVerifiedAt === consumedAt;
}

async function applyVerification(context: TransactionContext, { user, token, email }: Verification): Promise<boolean> {
  const { unit, clock } = context;
  const at = clock.now();
  if (!(await unit.users.verifyEmail(user.id, email, at))) return false;
  const pending = user.passwordHash === null ? openRegistration(context, token) : null;
  if (pending !== null) {
    await unit.users.setPassword(user.id, { hash: pending.passwordHash, at });
    // Not reserved meanwhile: if somebody else has the username by now, the account has none.
    if (pending.username !== null) await unit.users.update(user.id, { username: pending.username }, { at, keepLastOf: ADMIN_ROLE });
  }
  await unit.record({ type: 'email.verified', outcome: 'success', userId: user.id });
  return true;
}

async function applyChange(context: TransactionContext, { user, token, email, caller }: Verification): Promise<boolean> {
  const { unit, clock } = context;
  const { id } = user;
  const at = clock.now();
  const outcome = await unit.users.changeEmail(id, { email, at, securityVersion: user.securityVersion });
  if (outcome.kind !== 'updated') return false;
  // The session that asked for the change has proven the password. The others may be those that the owner wants to end.
  const revoked = await unit.sessions.revokeAll(id, at, 'email-change', token.subjectId ?? undefined);
  await voidOneTimeTokens(context, id);
  await unit.record({ type: 'email.changed', outcome: 'success', userId: id, detail: { revoked } });
  // L6: at the old address too, or only the thief of an account would learn of it.
  await notifyOwner(context, { user, notice: 'email-changed', caller });
  await notifyOwner(context, { user: outcome.user, notice: 'email-changed', caller });
  return true;
}
