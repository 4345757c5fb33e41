import type { Context } from '../../context.js';
import { invalidField } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { Caller } from '../../model/caller.js';
import type { UserRecord } from '../../ports/store/users.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { takeMail } from '../notifications/limit-mail.js';
import { pretendToSend } from '../notifications/pretend-to-send.js';
import { makeEmailLogin } from './make-email-login.js';
import type { EmailLoginMethod, EmailLoginSettings } from './options.js';
import type { RequestEmailLoginData, RequestEmailLoginInput } from './schema.js';

export interface RequestedEmailLogin {
  readonly data: RequestEmailLoginData;
  /** When the next mail can be sent, if a limit prevented it now. Milliseconds since the epoch. */
  readonly retryAt: number | null;
}

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
    throw invalidField('method', `must be ${settings.methods.join(' or ')}`);
  }
  const user = await context.store.users.findByEmail(email);
  const requested = await withTransaction(context, { caller, work: (tx) => mail(tx, { email, user, method, settings }) });
  // Whether there is a mail or not, so that the work after the answer does not tell them apart.
  context.delivery.wake();
  return requested;
}

interface EmailLogin {
  readonly email: string;
  readonly user: UserRecord | null;
  readonly method: EmailLoginMethod;
  readonly settings: EmailLoginSettings;
}

async function mail(tx: TransactionContext, { email, user, method, settings }: EmailLogin): Promise<RequestedEmailLogin> {
  const { unit } = tx;
  const userId = user?.id ?? null;
  const about = { type: 'email-login.requested', userId, actorId: null } as const;
  const taken = await takeMail(tx, { kind: 'email-login', email });
  const { token, message, loginToken } = await makeEmailLogin(tx, { email, userId, method, ttlMs: settings.ttl });
  const data = { loginToken, expiresAt: isoTime(token.expiresAt) };
  if (taken.kind === 'refused') {
    await unit.record({ ...about, outcome: 'failure', detail: { reason: 'limited' } });
    return { data, retryAt: taken.retryAt };
  }
  await unit.oneTimeTokens.insert(token);
  const reason = reasonForNoMail(tx, { user, settings });
  if (reason === null) {
    await unit.send(message);
    await unit.record({ ...about, outcome: 'success', detail: { method } });
  } else {
    await pretendToSend(tx, message);
    await unit.record({ ...about, outcome: 'failure', detail: { reason } });
  }
  return { data, retryAt: null };
}

function reasonForNoMail(
  { settings: { registration } }: Context,
  { user, settings }: Pick<EmailLogin, 'user' | 'settings'>,
): 'unknown-account' | 'disabled-account' | null {
  if (user === null) return settings.signUp && registration.enabled ? null : 'unknown-account';
  return user.disabledAt === null ? null : 'disabled-account';
}
