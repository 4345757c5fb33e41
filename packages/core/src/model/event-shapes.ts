import type { ErrorCode } from '../errors.js';
import type { Channel } from '../ports/notifier.js';
import type { FactorMethod } from '../ports/store/factors.js';
import type { RevokeReason } from '../ports/store/sessions.js';

interface Success<Detail = null> {
  readonly outcome: 'success';
  readonly detail: Detail;
}

interface Failure<Detail = null> {
  readonly outcome: 'failure';
  readonly detail: Detail;
}

/** A hook of the application refused or failed. */
export type Veto = 'vetoed' | 'hook-failed';
type Taken = 'email-taken' | 'username-taken';

/** Why no link was mailed. */
type NoLink = 'limited' | 'unknown-account' | 'disabled-account' | 'verified';

/** Why an authenticator's answer was refused. */
export type PasskeyFault =
  | 'expired'
  | 'used'
  | 'other-origin'
  | 'not-verified'
  | 'unknown'
  | 'counter'
  | 'other-account'
  | 'exists'
  | 'too-many';

/**
 * Every type of event, its outcomes, and its detail (security.md G1). docs/events.md says when each is written; a test
 * compares the two.
 */
export interface EventShapes {
  'account.registered': Success<{ readonly role: string; readonly by?: 'operator' }>;
  'account.registration-refused': Failure<{ readonly reason: Taken | 'admin-password' | Veto; readonly role?: string; readonly by?: 'operator' }>;
  'account.invited': Success<{ readonly role: string }>;
  'account.invitation-refused': Failure<{ readonly reason: Taken | Veto }>;
  'account.updated': Success<{ readonly fields: string }>;
  'account.update-refused': Failure<{ readonly reason: Taken | 'last-of-role' | 'missing' }>;
  'account.role-changed': Success<{ readonly from: string; readonly to: string }>;
  'account.claimed': Success<{ readonly by: 'password-reset' | 'email-login' | 'provider'; readonly revoked: number }>;
  'account.disabled': Success<{ readonly revoked: number }>;
  'account.enabled': Success;
  'account.removed': Success;
  'account.removal-refused': Failure<{ readonly reason: 'last-of-role' | 'in-use' | Veto }>;
  'account.exported': Success;
  'login.succeeded': Success<{ readonly newDevice: boolean; readonly amr: string }>;
  'login.failed': Failure<{
    readonly reason: 'unknown-account' | 'wrong-password' | 'disabled-account' | 'not-allowed' | 'email-not-verified' | 'changed-meanwhile' | Veto;
  }>;
  'login.challenged': Success;
  'email-login.requested': Success<{ readonly method: 'link' | 'code' }> | Failure<{ readonly reason: Exclude<NoLink, 'verified'> }>;
  'email-login.refused': Failure<{ readonly reason: 'invalid-token' | 'wrong-code' }>;
  'password.throttled': Failure<{ readonly by: 'email' | 'username' | 'identifier' | 'device' | 'session' | 'admin-password' }>;
  'password.rehashed': Success;
  'password.changed': Success<{ readonly revoked: number }>;
  'password.change-refused': Failure<{ readonly reason: 'wrong-password' | 'changed-meanwhile' | Veto }>;
  'password.reset-requested': Success | Failure<{ readonly reason: NoLink }>;
  'password.reset': Success<{ readonly by: 'password-reset' | 'invitation'; readonly revoked: number }>;
  'password.reset-refused': Failure<{ readonly reason: 'invalid-token' | Veto }>;
  'password.breach-check-failed': Failure<{ readonly reason: 'error' | 'timeout' }>;
  'email.verification-requested': Success | Failure<{ readonly reason: NoLink }>;
  'email.verified': Success;
  'email.verification-refused': Failure;
  'email.change-requested': Success;
  'email.changed': Success<{ readonly revoked: number }>;
  'email.change-refused': Failure<{ readonly reason: 'wrong-password' | 'limited' | 'taken' | 'changed-meanwhile' | Veto }>;
  'session.refreshed': Success;
  'session.refresh-refused': Failure<{ readonly reason: RevokeReason | 'expired' | 'disabled-account' }>;
  'session.reused': Failure<{ readonly ended: boolean; readonly generationsBehind: number }>;
  'session.reauthenticated': Success;
  'session.reauthentication-failed': Failure;
  'session.ended': Success<{ readonly reason: 'logout' | 'ended-by-user' | 'session-limit' }>;
  'session.all-ended': Success<{ readonly revoked: number }>;
  'device.forgotten': Success<{ readonly deviceId: string }>;
  'two-factor.set-up-begun': Success<{ readonly method: FactorMethod }>;
  'two-factor.enabled': Success<{ readonly method: FactorMethod }>;
  'two-factor.disabled': Success<null | { readonly revoked: number }>;
  'two-factor.code-sent': Success<{ readonly method: FactorMethod }>;
  'two-factor.passed': Success<{ readonly method: FactorMethod | 'backup'; readonly trusted: boolean }>;
  'two-factor.failed': Failure<{ readonly reason: 'wrong' | 'paused' | 'set-up'; readonly method?: FactorMethod | 'backup' | 'any' }>;
  'two-factor.backup-codes-replaced': Success;
  'passkey.registered': Success<{ readonly passkeyId: string }>;
  'passkey.registration-refused': Failure<{ readonly reason: PasskeyFault }>;
  'passkey.renamed': Success<{ readonly passkeyId: string }>;
  'passkey.removed': Success<{ readonly passkeyId: string }>;
  'passkey.removal-refused': Failure<{ readonly reason: 'last-credential' }>;
  'passkey.used': Success<{ readonly passkeyId: string; readonly purpose: 'login' | 'challenge' | 'step-up' }>;
  'passkey.refused': Failure<{ readonly reason: PasskeyFault }>;
  'identity.linked': Success<{ readonly provider: string; readonly by: 'session' | 'sign-up' | 'verified-address' }>;
  'identity.removed': Success<{ readonly provider: string }>;
  'identity.removal-refused': Failure<{ readonly reason: 'last-credential' }>;
  'provider.refused': Failure<{
    readonly provider?: string;
    readonly reason:
      | 'invalid-attempt'
      | 'invalid-code'
      | 'denied'
      | 'failed'
      | 'account-exists'
      | 'identity-taken'
      | 'too-many-identities'
      | 'no-verified-address'
      | 'registration-closed'
      | 'session-ended'
      | 'changed-meanwhile';
  }>;
  'message.delivered': Success<{ readonly messageId: string; readonly kind: string; readonly attempts: number; readonly channel?: string }>;
  'message.dead': Failure<{
    readonly messageId: string;
    readonly kind: string;
    readonly attempts: number;
    readonly channel?: string;
    readonly reason: string;
  }>;
  'notifier.refused': Failure<{ readonly channel: Channel; readonly code: string }>;
  'access.denied': Failure<{ readonly code: ErrorCode; readonly reason?: 'session-ended' | 'outdated' }>;
}
