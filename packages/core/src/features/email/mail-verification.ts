import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { mayMail } from '../notifications/limit-mail.js';
import { mailLinkToken } from '../tokens/link-token.js';

export interface MailVerificationInput extends Pick<UserRecord, 'id' | 'email'> {
  /** A sealed `PendingRegistration`. */
  readonly registration?: string | undefined;
}

/** Mails the link that verifies the address, within the limits of such mails. */
export async function mailVerification(
  context: TransactionContext,
  { id: userId, email, registration }: MailVerificationInput,
): Promise<void> {
  const purpose = 'email-verification';
  if (!(await mayMail(context, { kind: purpose, email }))) return;
  const ttlMs = context.settings.recovery.verificationTtl;
  await mailLinkToken(context, { userId, purpose, email, ttlMs, registration });
}
