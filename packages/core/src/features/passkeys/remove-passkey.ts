import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import type { RemovePasskeyOutcome } from '../../ports/store/passkeys.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { concludeCredentialChange } from '../accounts/conclude-credential-change.js';

export interface RemovePasskeyRequest extends AuthenticatedRequest {
  readonly id: string;
}

/**
 * Removes a passkey and notifies the owner. Links mailed before are void (security.md R1). Fails with `NOT_FOUND` for a
 * passkey that is not the user's, and with `LAST_CREDENTIAL` if the user could no longer log in (W6).
 */
export async function removePasskey(context: Context, request: RemovePasskeyRequest): Promise<void> {
  const outcome = await withTransaction(context, { caller: request.caller, work: (tx) => remove(tx, request) });
  if (outcome === 'missing') throw new AuthError('NOT_FOUND');
  if (outcome === 'last-credential') throw new AuthError('LAST_CREDENTIAL');
}

async function remove(context: TransactionContext, { id, current, caller }: RemovePasskeyRequest): Promise<RemovePasskeyOutcome> {
  const { unit } = context;
  const { user, session } = current;
  const about = { userId: user.id, sessionId: session.id };
  const outcome = await unit.passkeys.remove(id, user.id);
  if (outcome === 'last-credential') {
    await unit.record({ type: 'passkey.removal-refused', outcome: 'failure', ...about, detail: { reason: outcome } });
  }
  if (outcome !== 'removed') return outcome;
  const event = { type: 'passkey.removed', outcome: 'success', ...about, detail: { passkeyId: id } } as const;
  await concludeCredentialChange(context, { user, event, notice: 'passkey-removed', caller });
  return outcome;
}
