import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { TransactionContext } from '../../unit-of-work.js';
import type { UserRecord } from '../../ports/store/users.js';
import { withTransaction } from '../../unit-of-work.js';
import { mayMail } from '../notifications/limit-mail.js';
import { mailLinkToken, makeLinkToken } from '../tokens/link-token.js';

/** Whose link it is, or why nobody gets one; the reason stands in the event alone. */
export type Recipient =
  | { readonly kind: 'found'; readonly user: UserRecord }
  | { readonly kind: 'none'; readonly reason: 'unknown-account' | 'disabled-account' | 'verified'; readonly userId: string | null };

export interface RequestLinkInput {
  readonly purpose: 'password-reset' | 'email-verification';
  /** What was asked for. */
  readonly email: string;
  readonly recipient: Recipient;
  readonly ttlMs: number;
  readonly eventType: 'password.reset-requested' | 'email.verification-requested';
  readonly caller: Caller;
}

/**
 * Mails a link to whoever an address belongs to, if to anybody, and answers the same, after the same work (security.md
 * R2): one transaction with as many statements, a message put into words and sealed, the delivery woken.
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
  // Where a mail goes out the transaction has done so already; a second call changes nothing.
  context.wakeDelivery();
}

/** A registration that waits for its address to be proven: every link that proves it has to bring it. */
async function findRegistration({ unit, settings }: TransactionContext, userId: string): Promise<string | undefined> {
  if (!settings.registration.concealExisting) return undefined;
  for (const { payload } of await unit.oneTimeTokens.list(userId)) {
    if (typeof payload['registration'] === 'string') return payload['registration'];
  }
  return undefined;
}

/** Does for an unknown account what a known one costs, and leaves nothing: timing must not tell who has an account. */
async function pretend(
  context: TransactionContext,
  { purpose, email, ttlMs }: Pick<RequestLinkInput, 'purpose' | 'email' | 'ttlMs'>,
): Promise<void> {
  const { clock, random, makeId, compose, unit } = context;
  const now = clock.now();
  const link = makeLinkToken({ random, now, ttlMs });
  await findRegistration(context, makeId());
  await unit.oneTimeTokens.voidAll(makeId(), [purpose], now);
  const { id } = compose({ userId: null, channel: 'email', to: email, content: { kind: purpose, ...link } });
  await unit.outbox.release({ id, leasedUntil: now }, { kind: 'sent', at: now });
}
