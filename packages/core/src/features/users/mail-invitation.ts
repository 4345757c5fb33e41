import type { TransactionContext } from '../../unit-of-work.js';
import type { UserRecord } from '../../ports/store/users.js';
import { mailLinkToken } from '../tokens/link-token.js';

/** Mails a user without a password a link to choose one. Earlier links are void. */
export async function mailInvitation(context: TransactionContext, { id: userId, email }: UserRecord): Promise<void> {
  const purpose = 'invitation';
  await context.unit.oneTimeTokens.voidAll(userId, [purpose], context.clock.now());
  await mailLinkToken(context, { userId, purpose, email, ttlMs: context.settings.recovery.invitationTtl });
}
