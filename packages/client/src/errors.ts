import type { ErrorCode, Issue, Requirement } from '@sallyport/core';

export interface AuthClientErrorDetails {
  readonly status: number;
  readonly retryAfter?: number | undefined;
  readonly issues?: readonly Issue[] | undefined;
  readonly requires?: Requirement | undefined;
  readonly requestId?: string | undefined;
}

/** The server refused the request. `code` is stable and meant for programs; `message` is meant for people. */
export class AuthClientError extends Error {
  override readonly name = 'AuthClientError';
  /** One of the error codes in docs/http-api.md. */
  declare readonly code: ErrorCode;
  /** The HTTP status. */
  declare readonly status: number;
  /** Seconds until a retry makes sense, if the server knows. */
  declare readonly retryAfter: number | undefined;
  /** The invalid fields, with `VALIDATION_FAILED` and `WEAK_PASSWORD`. */
  declare readonly issues: readonly Issue[] | undefined;
  /**
   * With `STEP_UP_REQUIRED`: call `reauthenticate` for `PASSWORD`, `verifyTwoFactor` for `SECOND_FACTOR`, `usePasskey` for `PASSKEY`. For
   * `PROVIDER` and `EMAIL` the person logs in again.
   */
  declare readonly requires: Requirement | undefined;
  /** The id of the request in the server's log. */
  declare readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, { status, retryAfter, issues, requires, requestId }: AuthClientErrorDetails) {
    super(message);
    Object.assign(this, { code, status, retryAfter, issues, requires, requestId });
  }
}

/**
 * The library's response did not arrive: the connection was lost, the request timed out (see `cause`), or a server in between
 * answered instead. It is unknown whether the request took effect. The session stays as it is.
 */
export class AuthConnectionError extends Error {
  override readonly name = 'AuthConnectionError';
  /** The HTTP status of a response that was not the library's, such as a proxy's 502. `undefined` if there was no response. */
  readonly status: number | undefined;

  constructor({ status, cause }: { readonly status?: number | undefined; readonly cause?: unknown }) {
    super(status ? `Unexpected answer with status ${status}` : 'The server does not answer', { cause });
    this.status = status;
  }
}
