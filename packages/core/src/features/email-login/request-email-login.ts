import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { makeSecret } from '../../crypto/secret-token.js';
import { isoTime } from '../../foundation/iso-time.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { Caller } from '../../model/caller.js';
import type { AuthEventOf } from '../../model/events.js';
import type { OutgoingMessage } from '../../model/outgoing-message.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { withTransaction } from '../../unit-of-work.js';
import { takeMail } from '../notifications/limit-mail.js';
import { pretendToSend } from '../notifications/pretend-to-send.js';
import { hashLinkToken, makeLinkToken } from '../tokens/link-token.js';
import { newOneTimeToken } from '../tokens/new-one-time-token.js';
import { makeSentCode } from '../tokens/sent-code.js';
import { isCodeStopped } from './limit-code-guesses.js';
import { loginTokens } from './login-token.js';
import type { EmailLoginMethod, EmailLoginSettings } from './options.js';
import type { RequestEmailLoginData, RequestEmailLoginInput } from './schema.js';

export interface RequestedEmailLogin {
  readonly data: RequestEmailLoginData;
  /** When the next mail can be sent, if a limit prevented it now. Milliseconds since the epoch. */
  readonly retryAt: number | null;
}

type NoMailReason = Extract<AuthEventOf<'email-login.requested'>['detail'], { readonly reason: string }>['reason'];

/**
 * Mails a link or a code to log in with. The answer and its time do not tell whether the account exists: the same rows
 * are written for an unknown address (security.md E1, R2). `VALIDATION_FAILED` for a method that is not configured.
 */
export async function requestEmailLogin(
  context: Context,
  { email, method: asked, caller }: RequestEmailLoginInput & { readonly caller: Caller },
): Promise<RequestedEmailLogin> {
  const settings = settingsOf(context, 'emailLogin');
  const method = asked ?? settings.methods[0] ?? 'link';
  if (!settings.methods.includes(method)) {
    throw new AuthError('VALIDATION_FAILED', { issues: [{ path: 'method', message: `must be ${settings.methods.join(' or ')}` }] });
  }
  const user = await context.store.users.findByEmail(email);
  const id = context.makeId();
  const secret = makeSecret(context.random);
  const { expiresAt, retryAt } = await withTransaction(context, {
    caller,
    work: (tx) => announce(tx, { id, secret, email, user, method, settings }),
  });
  // If there is a mail, the transaction has woken the delivery already. Waking it twice does nothing.
  context.wakeDelivery();
  return { data: { loginToken: loginTokens.encode({ id, secret }), expiresAt: isoTime(expiresAt) }, retryAt };
}

interface Announcement {
  readonly id: string;
  readonly secret: string;
  readonly email: string;
  readonly user: UserRecord | null;
  readonly method: EmailLoginMethod;
  readonly settings: EmailLoginSettings;
}

async function announce(tx: TransactionContext, announcement: Announcement) {
  const { email, user, settings } = announcement;
  const about = { type: 'email-login.requested', userId: user?.id ?? null, actorId: null } as const;
  const mail = await takeMail(tx, { kind: 'email-login', email });
  const made = await make(tx, announcement);
  if (mail.kind === 'refused') {
    await tx.unit.record({ ...about, outcome: 'failure', detail: { reason: 'limited' } });
    return { expiresAt: made.token.expiresAt, retryAt: mail.retryAt };
  }
  await tx.unit.oneTimeTokens.insert(made.token);
  const reason = reasonForNoMail(tx, { user, settings });
  if (reason === null) await tx.unit.send(made.message);
  else await pretendToSend(tx, made.message);
  await tx.unit.record(
    reason === null
      ? { ...about, outcome: 'success', detail: { method: announcement.method } }
      : { ...about, outcome: 'failure', detail: { reason } },
  );
  return { expiresAt: made.token.expiresAt, retryAt: null };
}

/** Creates the token and its mail. A code works only in the browser that asked for it; a link works in any. */
async function make(
  tx: TransactionContext,
  { id, secret, email, user, method, settings: { ttl } }: Announcement,
): Promise<{ readonly token: OneTimeTokenRecord; readonly message: OutgoingMessage }> {
  const userId = user?.id ?? null;
  const row = { id, userId, purpose: 'email-login', payload: { email } } as const;
  const message = { userId, channel: 'email', to: email } as const;
  if (method === 'code' && !(await isCodeStopped(tx, email))) {
    const { code, sent } = makeSentCode(tx, { tokenId: id, method: 'email' });
    const ttlMs = Math.min(ttl, sent.expiresAt - sent.sentAt);
    const token = newOneTimeToken(tx, { ...row, secretHash: loginTokens.hashSecret(secret), code: sent, ttlMs });
    return { token, message: { ...message, content: { kind: 'email-login-code', code, expiresAt: token.expiresAt } } };
  }
  const link = makeLinkToken({ random: tx.random, now: tx.clock.now(), ttlMs: ttl });
  const token = newOneTimeToken(tx, { ...row, secretHash: hashLinkToken(link.token), ttlMs: ttl });
  return { token, message: { ...message, content: { kind: 'email-login', ...link } } };
}

function reasonForNoMail(
  { settings: { registration } }: Context,
  { user, settings }: { readonly user: UserRecord | null; readonly settings: EmailLoginSettings },
): NoMailReason | null {
  if (user === null) return settings.signUp && registration.enabled ? null : 'unknown-account';
  return user.disabledAt === null ? null : 'disabled-account';
}
