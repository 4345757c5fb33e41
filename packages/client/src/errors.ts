import type { ErrorCode, Issue, Requirement } from '@sallyport/core';

export interface AuthClientErrorDetails {
  readonly status: number;
  readonly retryAfter?: number | undefined;
  readonly issues?: readonly Issue[] | undefined;
  readonly requires?: Requirement | undefined;
  readonly requestId?: string | undefined;
}

/** The server's library refused. `code` is for programs and stays; `message` is for people. */
export class AuthClientError extends Error {
  override readonly name = 'AuthClientError';
  /** One of the closed list of codes in docs/http-api.md. */
  declare readonly code: ErrorCode;
  /** The HTTP status. */
  declare readonly status: number;
  /** Seconds until trying again makes sense, where the server knows. */
  declare readonly retryAfter: number | undefined;
  /** What is wrong with which field, with `VALIDATION_FAILED` and `WEAK_PASSWORD`. */
  declare readonly issues: readonly Issue[] | undefined;
  /** With `STEP_UP_REQUIRED`: `PASSWORD` is cured by `reauthenticate`, `SECOND_FACTOR` by `verifyTwoFactor`. */
  declare readonly requires: Requirement | undefined;
  /** The id of the request in the server's log. */
  declare readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, { status, retryAfter, issues, requires, requestId }: AuthClientErrorDetails) {
    super(message);
    Object.assign(this, { code, status, retryAfter, issues, requires, requestId });
  }
}

/**
 * No answer of the library came: the connection was lost, nobody answered in time (`cause` tells), or something between here
 * and there answered instead. Whether the request had an effect is not known. Nobody is logged out by it.
 */
export class AuthConnectionError extends Error {
  override readonly name = 'AuthConnectionError';
  /** The HTTP status of an answer that was not the library's, such as a proxy's 502; `undefined` where there was none. */
  readonly status: number | undefined;

  constructor({ status, cause }: { readonly status?: number | undefined; readonly cause?: unknown }) {
    super(status ? `Unexpected answer with status ${status}` : 'The server does not answer', { cause });
    this.status = status;
  }
}
