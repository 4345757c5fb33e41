import type { TransactionContext } from '../../unit-of-work.js';
import type { UserRecord } from '../../ports/store/users.js';
import { mayMail } from '../notifications/limit-mail.js';
import { mailLinkToken } from '../tokens/link-token.js';

/** Mails a new account the link that verifies its address, in the transaction that makes the account. */
export async function mailVerification(context: TransactionContext, { id: userId, email }: UserRecord): Promise<void> {
  const purpose = 'email-verification';
  // An address that was removed and registered again within the minute has a mail on its way.
  if (!(await mayMail(context, { kind: purpose, email }))) return;
  await mailLinkToken(context, { userId, purpose, email, ttlMs: context.settings.recovery.verificationTtl });
}
