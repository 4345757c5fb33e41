import type { Deps } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';
import { mayMail } from '../notifications/limit-mail.js';
import type { LimitMailDeps } from '../notifications/limit-mail.js';
import { mailLinkToken } from '../tokens/link-token.js';
import type { MailLinkTokenDeps } from '../tokens/link-token.js';

export type MailVerificationDeps = MailLinkTokenDeps & LimitMailDeps & Pick<Deps, 'settings'>;

/** Mails a new account the link that verifies its address, in the transaction that makes the account. */
export async function mailVerification(deps: MailVerificationDeps, { id: userId, email }: UserRecord): Promise<void> {
  const purpose = 'email-verification';
  // An address that was removed and registered again within the minute has a mail on its way.
  if (!(await mayMail(deps, { kind: purpose, email }))) return;
  await mailLinkToken(deps, { userId, purpose, email, ttlMs: deps.settings.recovery.verificationTtl });
}
