import { isLive } from '../../model/session-state.js';
import type { TransactionContext } from '../../unit-of-work.js';
import type { Attempt } from './attempt.js';
import type { Finishing, Refused } from './finishing.js';
import { linkIdentity, recordUse } from './link-identity.js';

export interface LinkToSessionInput extends Finishing {
  readonly link: NonNullable<Attempt['link']>;
}

/**
 * Links the identity to the account of the session that asked for it, if that session is still live (X2, S9); `null` on
 * success.
 */
export async function linkToSession(
  tx: TransactionContext,
  { link, attempt: { provider }, identity, caller }: LinkToSessionInput,
): Promise<Refused | null> {
  const { userId } = link;
  const state = await tx.unit.sessions.findWithUser(link.sessionId);
  if (state === null || !isLive(state, tx.clock.now())) return { kind: 'refused', code: 'INVALID_LOGIN_TOKEN', reason: 'session-ended' };
  const known = await tx.unit.identities.findBySubject(identity.issuer, identity.subject);
  if (known !== null && known.userId === userId) {
    await recordUse(tx, known, identity);
    return null;
  }
  const outcome = await linkIdentity(tx, { user: state.user, provider, identity, by: 'session', caller });
  if (outcome === 'inserted') return null;
  return { kind: 'refused', code: 'IDENTITY_TAKEN', reason: outcome === 'taken' ? 'identity-taken' : 'too-many-identities', userId };
}
