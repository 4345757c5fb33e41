import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { mayMail } from '../notifications/limit-mail.js';
import { pretendToSend } from '../notifications/pretend-to-send.js';
import { insertLinkToken, mailLinkToken } from '../tokens/link-token.js';

/** The recipient of the link, or why there is none. Only the event tells why. */
export type Recipient =
  | { readonly kind: 'found'; readonly user: UserRecord }
  | { readonly kind: 'none'; readonly reason: 'unknown-account' | 'disabled-account' | 'verified'; readonly userId: string | null };

export interface RequestLinkInput {
  readonly purpose: 'password-reset' | 'email-verification';
  /** As given by the client. */
  readonly email: string;
  readonly recipient: Recipient;
  readonly ttlMs: number;
  readonly eventType: 'password.reset-requested' | 'email.verification-requested';
  readonly caller: Caller;
}

/**
 * Mails a link to the owner of an address, if there is one. If there is none, the answer is the same, after the same
 * work: one transaction with the same rows, a message rendered and sealed, and the delivery woken (security.md R2).
 */
export async function requestLink(
  context: Context,
  { purpose, email, recipient, ttlMs, eventType, caller }: RequestLinkInput,
): Promise<void> {
  const userId = recipient.kind === 'found' ? recipient.user.id : recipient.userId;
  await withTransaction(context, {
    caller,
    async work(tx) {
      const { unit } = tx;
      const about = { type: eventType, userId, actorId: null };
      if (!(await mayMail(tx, { kind: purpose, email }))) {
        return unit.record({ ...about, outcome: 'failure', detail: { reason: 'limited' } });
      }
      if (recipient.kind === 'none') {
        await pretend(tx, { purpose, email, ttlMs });
        return unit.record({ ...about, outcome: 'failure', detail: { reason: recipient.reason } });
      }
      const { user } = recipient;
      await mailLinkToken(tx, { userId: user.id, purpose, email: user.email, ttlMs, registration: await findRegistration(tx, user.id) });
      return unit.record({ ...about, outcome: 'success' });
    },
  });
  // If there is a mail, the transaction has woken the delivery already. Waking it twice does nothing.
  context.delivery.wake();
}

/** The pending registration of the address: every link that proves the address must carry it. */
async function findRegistration({ unit, settings }: TransactionContext, userId: string): Promise<string | undefined> {
  if (!settings.registration.concealExisting) return undefined;
  for (const { payload } of await unit.oneTimeTokens.list(userId)) {
    if (typeof payload['registration'] === 'string') return payload['registration'];
  }
  return undefined;
}

/** Writes the same rows as for a known account: a token and a message, neither of which is sent. */
async function pretend(
  context: TransactionContext,
  { purpose, email, ttlMs }: Pick<RequestLinkInput, 'purpose' | 'email' | 'ttlMs'>,
): Promise<void> {
  await findRegistration(context, context.makeId());
  const link = await insertLinkToken(context, { userId: null, purpose, email, ttlMs });
  await pretendToSend(context, { userId: null, channel: 'email', to: email, content: { kind: purpose, ...link } });
}
