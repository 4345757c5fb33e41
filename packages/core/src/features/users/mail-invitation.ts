import type { Deps } from '../../deps.js';
import type { UserRecord } from '../../ports/store/users.js';
import { issueLinkToken } from '../tokens/link-token.js';
import type { IssueLinkTokenDeps } from '../tokens/link-token.js';

export type MailInvitationDeps = IssueLinkTokenDeps & Pick<Deps, 'settings'>;

/** Mails somebody without a password the link to choose one; an earlier link is void. */
export async function mailInvitation(deps: MailInvitationDeps, { id: userId, email }: UserRecord): Promise<void> {
  const kind = 'invitation';
  await deps.unit.oneTimeTokens.voidAll(userId, [kind], deps.clock.now());
  const ttlMs = deps.settings.recovery.invitationTtl;
  const link = await issueLinkToken(deps, { userId, purpose: kind, email, ttlMs });
  await deps.unit.send({ userId, channel: 'email', to: email, content: { kind, ...link } });
}
