/** The findings of `doctor`. A closed union; programs may depend on it. */
export type FindingId =
  | 'secret-guessable'
  | 'secret-shared'
  | 'secret-changed'
  | 'pepper-changed'
  | 'admin-password-guessable'
  | 'console-notifier'
  | 'limiter-not-shared'
  | 'limiter-unreachable'
  | 'bus-not-connected'
  | 'service-outdated'
  | 'throttling-off'
  | 'cookie-without-tls'
  | 'cookie-not-secure'
  | 'base-url-without-tls'
  | 'link-without-tls'
  | 'not-production'
  | 'proxy-not-trusted'
  | 'hash-cost-low'
  | 'hash-slow'
  | 'hash-threads-few'
  | 'hash-failed'
  | 'passkeys-unavailable'
  | 'store-unreachable'
  | 'store-unsupported'
  | 'store-too-old'
  | 'store-too-new'
  | 'clock-skewed'
  | 'unverified-accounts'
  | 'outbox-stuck'
  | 'outbox-given-up'
  | 'notifier-refused';

/** A fault that `doctor` found. Neither text ever holds a secret. */
export interface Finding {
  readonly id: FindingId;
  /** `error`: users can be harmed or locked out. `warning`: needs attention. */
  readonly severity: 'error' | 'warning';
  /** The fault. */
  readonly problem: string;
  /** How to fix it. */
  readonly remedy: string;
}
