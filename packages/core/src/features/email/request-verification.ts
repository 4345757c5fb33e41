import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { invalidField, type AuthError } from '../../errors.js';
import type { UserRecord } from '../../ports/store/users.js';
import { requestLink, type Recipient } from '../recovery/request-link.js';
import type { RequestVerificationInput } from './schema.js';

export interface RequestVerificationRequest extends RequestVerificationInput {
  /** The session of the access token, if one was sent. */
  readonly current: SessionState | null;
  /** Why the access token that was sent is not valid. */
  readonly refusal: AuthError | null;
  readonly caller: Caller;
}

/**
 * Mails a link to verify an address. The answer and its time do not tell whether the account exists, whether it is verified,
 * or whether the limit of mails is reached (security.md R2).
 */
export async function requestVerification(
  context: Context,
  { email: asked, current, refusal, caller }: RequestVerificationRequest,
): Promise<void> {
  const email = asked ?? current?.user.email;
  if (email === undefined) {
    throw refusal ?? invalidField('email', 'is required without a session');
  }
  await requestLink(context, {
    purpose: 'email-verification',
    email,
    recipient: recipientOf(await context.store.users.findByEmail(email)),
    ttlMs: context.settings.recovery.verificationTtl,
    eventType: 'email.verification-requested',
    caller,
  });
}

function recipientOf(user: UserRecord | null): Recipient {
  if (user === null) return { kind: 'none', reason: 'unknown-account', userId: null };
  if (user.disabledAt !== null) return { kind: 'none', reason: 'disabled-account', userId: user.id };
  if (user.emailVerifiedAt !== null) return { kind: 'none', reason: 'verified', userId: user.id };
  return { kind: 'found', user };
}
