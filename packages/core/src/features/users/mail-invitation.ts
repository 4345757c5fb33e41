import type { Deps } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';
import { mailLinkToken } from '../tokens/link-token.js';
import type { MailLinkTokenDeps } from '../tokens/link-token.js';

export type MailInvitationDeps = MailLinkTokenDeps & Pick<Deps, 'settings'>;

/** Mails somebody without a password the link to choose one; an earlier link is void. */
export async function mailInvitation(deps: MailInvitationDeps, { id: userId, email }: UserRecord): Promise<void> {
  const purpose = 'invitation';
  await deps.unit.oneTimeTokens.voidAll(userId, [purpose], deps.clock.now());
  await mailLinkToken(deps, { userId, purpose, email, ttlMs: deps.settings.recovery.invitationTtl });
}
