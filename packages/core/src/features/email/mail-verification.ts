import type { Deps } from '../../deps.js';
import type { UserRecord } from '../../ports/store/users.js';
import { mayMail } from '../notifications/limit-mail.js';
import type { LimitMailDeps } from '../notifications/limit-mail.js';
import { issueLinkToken } from '../tokens/link-token.js';
import type { IssueLinkTokenDeps } from '../tokens/link-token.js';

export type MailVerificationDeps = IssueLinkTokenDeps & LimitMailDeps & Pick<Deps, 'settings'>;

/** Mails a new account the link that verifies its address, in the transaction that makes the account. */
export async function mailVerification(deps: MailVerificationDeps, { id: userId, email }: UserRecord): Promise<void> {
  const kind = 'email-verification';
  // An address that was removed and registered again within the minute has a mail on its way.
  if (!(await mayMail(deps, { kind, email }))) return;
  const ttlMs = deps.settings.recovery.verificationTtl;
  const link = await issueLinkToken(deps, { userId, purpose: kind, email, ttlMs });
  await deps.unit.send({ userId, channel: 'email', to: email, content: { kind, ...link } });
}
