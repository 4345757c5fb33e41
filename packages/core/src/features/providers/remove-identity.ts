import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import type { RemoveCredentialOutcome } from '../../ports/store/identities.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { concludeCredentialChange } from '../accounts/conclude-credential-change.js';

export interface RemoveIdentityInput extends AuthenticatedRequest {
  readonly id: string;
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
  const event = { type: 'identity.removed', outcome: 'success', ...about, detail: { provider: identity.provider } } as const;
  // R1: a login by this identity may be in progress. Its code or challenge must not let a thief in after the removal.
  await concludeCredentialChange(tx, { user, event, notice: 'identity-removed', caller });
  return outcome;
}
