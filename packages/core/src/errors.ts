/**
 * The proof that a session still needs: `PASSWORD` through `POST /reauthenticate`, `SECOND_FACTOR` through `POST /2fa/verify`; or either
 * through `POST /passkeys/authentication`. An account without a password uses a `PASSKEY` instead, or logs in again with
 * its `PROVIDER` or by `EMAIL`.
 */
export const REQUIREMENTS = ['PASSWORD', 'SECOND_FACTOR', 'PASSKEY', 'PROVIDER', 'EMAIL'] as const;

export type Requirement = (typeof REQUIREMENTS)[number];

export interface ErrorEntry {
  readonly status: number;
  /** Safe to show to anyone. */
  readonly message: string;
}

/** A function, so that the type declarations contain only the codes, without statuses and messages: front ends load them. */
function errorTable<Code extends string>(table: Readonly<Record<Code, ErrorEntry>>): Readonly<Record<Code, ErrorEntry>> {
  return table;
}

/** Every failure that the library answers: code → HTTP status and message (http-api.md, Errors). */
export const ERRORS = errorTable({
  VALIDATION_FAILED: { status: 400, message: 'The request is not valid' },
  MALFORMED_JSON: { status: 400, message: 'The body is not a JSON object' },
  WEAK_PASSWORD: { status: 400, message: 'This password is not acceptable' },
  INVALID_CREDENTIALS: { status: 401, message: 'Invalid credentials' },
  UNAUTHENTICATED: { status: 401, message: 'Authentication is required' },
  INVALID_TOKEN: { status: 401, message: 'The access token is not valid' },
  INVALID_REFRESH_TOKEN: { status: 401, message: 'The refresh token is not valid' },
  REFRESH_TOKEN_REUSED: { status: 401, message: 'The refresh token was used before; the session has been ended' },
  SESSION_EXPIRED: { status: 401, message: 'The session has ended' },
  INVALID_LOGIN_TOKEN: { status: 401, message: 'The sign-in was used, has expired or is not valid' },
  INVALID_PASSKEY: { status: 401, message: 'The passkey is not valid' },
  STEP_UP_REQUIRED: { status: 401, message: 'A fresh proof of identity is required' },
  INVALID_RESET_TOKEN: { status: 400, message: 'The link was used, has expired or is not valid' },
  INVALID_VERIFICATION_TOKEN: { status: 400, message: 'The link was used, has expired or is not valid' },
  TWO_FACTOR_NOT_PENDING: { status: 400, message: 'This session has no pending two-factor set-up' },
  TWO_FACTOR_ALREADY_ENABLED: { status: 400, message: 'This second factor is already on' },
  INVALID_TWO_FACTOR_CODE: { status: 400, message: 'The code is not valid' },
  TWO_FACTOR_SETUP_REQUIRED: { status: 403, message: 'A second factor must be set up first' },
  TWO_FACTOR_NOT_ENABLED: { status: 404, message: 'Two-factor authentication is not on' },
  ADMIN_PASSWORD_REQUIRED: { status: 403, message: 'This role requires the correct admin password' },
  EMAIL_NOT_VERIFIED: { status: 403, message: 'The email address must be verified first' },
  FORBIDDEN: { status: 403, message: 'Not allowed' },
  PROVIDER_DENIED: { status: 403, message: 'The login at the provider was refused or cancelled' },
  ORIGIN_NOT_TRUSTED: { status: 403, message: 'Requests from this origin are not accepted' },
  NOT_FOUND: { status: 404, message: 'Not found' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'Method not allowed' },
  EMAIL_TAKEN: { status: 409, message: 'This email address is already registered' },
  USERNAME_TAKEN: { status: 409, message: 'This username is already taken' },
  ACCOUNT_DISABLED: { status: 409, message: 'The account is disabled' },
  ACCOUNT_EXISTS: { status: 409, message: 'There is an account with this address; log in to it, then link the provider' },
  IDENTITY_TAKEN: { status: 409, message: 'This identity is linked to another account' },
  LAST_CREDENTIAL: { status: 409, message: 'The last way to log in cannot be removed' },
  ACCOUNT_IN_USE: { status: 409, message: 'Other data still refers to this account' },
  LAST_ADMIN: { status: 409, message: 'The last administrator cannot be removed, disabled or demoted' },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'The body is larger than 16 KiB' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'The body must be application/json' },
  TOO_MANY_REQUESTS: { status: 429, message: 'Too many attempts' },
  PROVIDER_FAILED: { status: 502, message: 'The provider did not answer, or its answer could not be verified' },
  OVERLOADED: { status: 503, message: 'The server is too busy' },
  STORE_UNAVAILABLE: { status: 503, message: 'The database does not answer' },
  INTERNAL: { status: 500, message: 'Something went wrong' },
});

/** A closed union; clients may depend on it. */
export type ErrorCode = keyof typeof ERRORS;

/** What is wrong with one part of the input. */
export interface Issue {
  /** Dotted path of the field; empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
}

export interface AuthErrorDetails {
  /**
   * The application's own message, shown to the user instead of the one of the code. Programs still rely on `code`.
   */
  readonly message?: string;
  /** With `VALIDATION_FAILED` and `WEAK_PASSWORD`. */
  readonly issues?: readonly Issue[];
  /** The time until a retry makes sense. Also sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** With `STEP_UP_REQUIRED`: the proofs that resolve it. */
  readonly requires?: Requirement;
  /** With `METHOD_NOT_ALLOWED`: the methods that the path has. */
  readonly allow?: readonly string[];
  /** For logs and debuggers; never sent to a client. */
  readonly cause?: unknown;
}

/** The only error that the library throws on purpose. `code` is for programs and never changes; `message` is for people. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: ErrorCode;
  /** The HTTP status of the code. */
  readonly statusCode: number;
  readonly issues: readonly Issue[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly requires: Requirement | undefined;
  readonly allow: readonly string[] | undefined;

  constructor(code: ErrorCode, details: AuthErrorDetails = {}) {
    const entry = ERRORS[code];
    super(details.message ?? entry.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.statusCode = entry.status;
    this.issues = details.issues;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.requires = details.requires;
    this.allow = details.allow;
  }
}

/** `VALIDATION_FAILED` for one field that the schema alone cannot check. */
export function invalidField(path: string, message: string): AuthError {
  return new AuthError('VALIDATION_FAILED', { issues: [{ path, message }] });
}

/** The error to answer: anything but an `AuthError` is `INTERNAL`. */
export function asAuthError(thrown: unknown): AuthError {
  return thrown instanceof AuthError ? thrown : new AuthError('INTERNAL', { cause: thrown });
}

/** Thrown at the start: every fault of the configuration at once (security.md L5). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], headline = 'createAuth cannot start') {
    super(`${headline}:\n${issues.map(({ path, message }) => `  - ${path}: ${message}`).join('\n')}`);
    this.issues = issues;
  }
}
