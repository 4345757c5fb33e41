import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { AuthError } from '../../errors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
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

/**
 * Proves an address by the token that was mailed to it: the one of the account, or the one that it is to be changed to,
 * which takes effect with it. It logs nobody in (security.md L4). A token that is bad, used or expired, or an address that
 * somebody else has registered meanwhile, is `INVALID_VERIFICATION_TOKEN`.
 */
export async function verifyEmail(
  context: Context,
  { token: secret, caller }: VerifyEmailInput & { readonly caller: Caller },
): Promise<void> {
  const { store, clock } = context;
  const purposes = ['email-verification', 'email-change'] as const;
  const token = await store.oneTimeTokens.findLive(hashLinkToken(secret), purposes, clock.now());
  const user = token === null || token.userId === null ? null : await store.users.find(token.userId);
  const email = token?.payload['email'];
  if (token === null || user === null || user.disabledAt !== null || typeof email !== 'string') {
    return refuse(context, { userId: user?.id ?? null, caller });
  }
  const apply = token.purpose === 'email-change' ? applyChange : applyVerification;
  const isDone = await withTransaction(context, {
    caller,
    async work(tx) {
      const { unit } = tx;
      // R1: of two at once one wins; a token voided since it was found loses too.
      if (!(await unit.oneTimeTokens.consume(token.id, clock.now()))) return false;
      unit.invalidateSessionCache(user.id);
      return apply(tx, { user, token, email, caller });
    },
  });
  if (!isDone) return refuse(context, { userId: user.id, caller });
}

async function applyVerification({ unit, clock }: TransactionContext, { user, email }: Verification): Promise<boolean> {
  if (!(await unit.users.verifyEmail(user.id, email, clock.now()))) return false;
  await unit.record({ type: 'email.verified', outcome: 'success', userId: user.id });
  return true;
}

async function applyChange(
  context: TransactionContext,
  { user: { id }, token, email, caller }: Verification,
): Promise<boolean> {
  const { unit, clock } = context;
  const at = clock.now();
  // Read anew: what the account was when the token was found may have changed, and the notices go by it.
  const user = await unit.users.find(id);
  if (user === null) return false;
  const outcome = await unit.users.changeEmail(id, { email, at, securityVersion: user.securityVersion });
  if (outcome.kind !== 'updated') return false;
  // The session that asked for the change has proven the password for it; all others may be what the owner gets rid of.
  const revoked = await unit.sessions.revokeAll(id, at, 'email-change', token.subjectId ?? undefined);
  await voidOneTimeTokens(context, id);
  await unit.record({ type: 'email.changed', outcome: 'success', userId: id, detail: { revoked } });
  // L6: at the old address too, or whoever took the account over would be the only one to know.
  await notifyOwner(context, { user, notice: 'email-changed', caller });
  await notifyOwner(context, { user: outcome.user, notice: 'email-changed', caller });
  return true;
}

async function refuse(
  context: Context,
  { userId, caller }: { readonly userId: string | null; readonly caller: Caller },
): Promise<never> {
  await recordRefusal(context, {
    caller,
    event: { type: 'email.verification-refused', outcome: 'failure', userId, actorId: null },
  });
  throw new AuthError('INVALID_VERIFICATION_TOKEN');
}
