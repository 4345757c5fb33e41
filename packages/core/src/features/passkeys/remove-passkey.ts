import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { SessionState } from '../../model/session-state.js';
import type { RemovePasskeyOutcome } from '../../ports/store/passkeys.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { withTransaction } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';

export interface RemovePasskeyRequest {
  readonly id: string;
  readonly current: SessionState;
  readonly caller: Caller;
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
  await voidOneTimeTokens(context, user.id);
  await unit.record({ type: 'passkey.removed', outcome: 'success', ...about, detail: { passkeyId: id } });
  await notifyOwner(context, { user, notice: 'passkey-removed', caller });
  return outcome;
}
