import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { SessionState } from '../../model/session-state.js';
import type { RemoveCredentialOutcome } from '../../ports/store/identities.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { withTransaction } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';

export interface RemoveIdentityInput {
  readonly id: string;
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Removes an identity of the user, and notifies the owner. Another user's identity is `NOT_FOUND` (security.md Z2); the
 * last way to log in is `LAST_CREDENTIAL`.
 */
export async function removeIdentity(context: Context, input: RemoveIdentityInput): Promise<void> {
  const outcome = await withTransaction(context, { caller: input.caller, work: (tx) => remove(tx, input) });
  if (outcome === 'missing') throw new AuthError('NOT_FOUND');
  if (outcome === 'last-credential') throw new AuthError('LAST_CREDENTIAL');
}

async function remove(tx: TransactionContext, { id, current: { user, session }, caller }: RemoveIdentityInput): Promise<RemoveCredentialOutcome> {
  const { unit } = tx;
  const about = { userId: user.id, sessionId: session.id };
  const identity = await unit.identities.find(id);
  const outcome = await unit.identities.remove(id, user.id);
  if (outcome === 'last-credential') {
    await unit.record({ type: 'identity.removal-refused', outcome: 'failure', ...about, detail: { reason: outcome } });
  }
  if (outcome !== 'removed' || identity === null) return outcome;
  // R1: a login by this identity may be under way. Its code or challenge must not let a thief in after the removal.
  await voidOneTimeTokens(tx, user.id);
  await unit.record({ type: 'identity.removed', outcome: 'success', ...about, detail: { provider: identity.provider } });
  await notifyOwner(tx, { user, notice: 'identity-removed', caller });
  return outcome;
}
