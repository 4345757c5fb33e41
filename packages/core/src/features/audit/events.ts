import type { EventRecord } from '../../ports/store/events.js';

/**
 * Everything that is written to the audit trail (security.md G1), each in the transaction of the change it reports:
 *
 * - `account.*`, `login.*`, `session.*`, `device.*`: what happened to an account, by whom, from where.
 * - `password.throttled`: guesses at a password have to wait; one event for all of them that are refused in one wait.
 * - `message.*`: a mail or text message was taken by its provider, or given up for good; `detail.reason` says why.
 * - `access.denied`: a genuine token or a live session was refused; `detail.code` says why. Forged tokens leave no
 *   event: anybody could fill the database with them.
 */
export type AuthEventType =
  | 'account.registered'
  | 'account.registration-refused'
  | 'account.updated'
  | 'account.update-refused'
  | 'account.role-changed'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.invited'
  | 'account.invitation-refused'
  | 'account.removed'
  | 'account.removal-refused'
  | 'account.exported'
  | 'login.succeeded'
  | 'login.failed'
  | 'login.challenged'
  | 'password.throttled'
  | 'password.rehashed'
  | 'password.changed'
  | 'password.change-refused'
  | 'password.reset-requested'
  | 'password.reset'
  | 'password.reset-refused'
  | 'password.breach-check-failed'
  | 'email.verification-requested'
  | 'email.verified'
  | 'email.verification-refused'
  | 'email.change-requested'
  | 'email.changed'
  | 'email.change-refused'
  | 'session.refreshed'
  | 'session.refresh-refused'
  | 'session.reused'
  | 'session.reauthenticated'
  | 'session.reauthentication-failed'
  | 'session.ended'
  | 'session.all-ended'
  | 'device.forgotten'
  | 'two-factor.set-up-begun'
  | 'two-factor.enabled'
  | 'two-factor.disabled'
  | 'two-factor.code-sent'
  | 'two-factor.passed'
  | 'two-factor.failed'
  | 'two-factor.backup-codes-replaced'
  | 'message.delivered'
  | 'message.dead'
  | 'access.denied';

/** One line of the audit trail. `at` is milliseconds since the epoch. */
export interface AuthEvent extends EventRecord {
  readonly type: AuthEventType;
}
