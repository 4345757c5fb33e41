import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import { refuse, withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { concludeCredentialChange } from '../accounts/conclude-credential-change.js';
import { openRegistration } from '../accounts/pending-registration.js';
import { storeUserChanges } from '../accounts/store-user-changes.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { hashLinkToken } from '../tokens/link-token.js';
import type { VerifyEmailInput } from './schema.js';

interface Verification {
  readonly user: UserRecord;
  readonly token: OneTimeTokenRecord;
  readonly email: string;
  readonly caller: Caller;
}

type Outcome =
  | { readonly kind: 'proven' | 'repeated' }
  /** `null` if the user no longer exists. */
  | { readonly kind: 'refused'; readonly userId: string | null };

/**
 * Proves an address by the token that was mailed to it: the address of the account, or the new one of a change, which
 * takes effect now. Does not log in (security.md L4). Until the token expires, sending it again succeeds and changes
 * nothing, as long as the address is still the one it proved: mail scanners and double clicks are not errors. A token
 * that is invalid, void or expired, or an address that another account has taken in the meantime, is
 * `INVALID_VERIFICATION_TOKEN`.
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
  await refuse(context, {
    caller,
    code: 'INVALID_VERIFICATION_TOKEN',
    event: { type: 'email.verification-refused', outcome: 'failure', userId: outcome.userId, actorId: null },
  });
}

async function prove(
  context: TransactionContext,
  { tokenId, caller }: { readonly tokenId: string; readonly caller: Caller },
): Promise<Outcome> {
  const { unit, clock } = context;
  const at = clock.now();
  // Read in the transaction: of two concurrent requests the second must see the changes of the first.
  const token = await unit.oneTimeTokens.find(tokenId);
  const user = token === null || token.userId === null ? null : await unit.users.find(token.userId);
  const email = token?.payload['email'];
  const refused: Outcome = { kind: 'refused', userId: user?.id ?? null };
  if (token === null || user === null || user.disabledAt !== null || typeof email !== 'string') return refused;
  if (at < token.expiresAt && hasProven(token, { user, email })) return { kind: 'repeated' };
  // R1: a token works once; a voided token is refused too.
  if (!(await unit.oneTimeTokens.consume(token.id, at))) return refused;
  unit.invalidateSessionCache(user.id);
  const apply = token.purpose === 'email-change' ? applyChange : applyVerification;
  return (await apply(context, { user, token, email, caller })) ? { kind: 'proven' } : refused;
}

/**
 * True if this token proved the present address. Both times are written together; a voided token has a different time.
 */
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
    // The username was not reserved: if another account has it by now, this account has none.
    if (pending.username !== null) await storeUserChanges(context, { id: user.id, changes: { username: pending.username } });
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
  // The session that asked for the change has proven the password. The owner may want the others to end.
  const revoked = await unit.sessions.revokeAll(id, at, 'email-change', token.subjectId ?? undefined);
  const event = { type: 'email.changed', outcome: 'success', userId: id, detail: { revoked } } as const;
  await concludeCredentialChange(context, { user, event, notice: 'email-changed', caller });
  // L6: the old address was notified, or only the thief of an account would learn of the change. The new one is too.
  await notifyOwner(context, { user: outcome.user, notice: 'email-changed', caller });
  return true;
}
