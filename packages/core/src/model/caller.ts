import type { SessionState } from './session-state.js';

/**
 * What admitted a request: a session and the rule of its route. It is checked when the request is admitted, and again
 * in each of its transactions, since session, account, role or rule may change in between (security.md S9).
 */
export interface Authority {
  readonly userId: string;
  readonly sessionId: string;
  /** Throws an `AuthError` if the state that was just read no longer allows the request. `null`: the session is gone. */
  readonly enforce: (current: SessionState | null) => void;
}

/** The client of a request, as events, sessions and devices record it. */
export interface Caller {
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Aborted when the client disconnects. */
  readonly signal?: AbortSignal | undefined;
  /** Absent for a request without a session, and for work that no request triggered. */
  readonly authority?: Authority | undefined;
}

/** What a use-case knows of the request of a live session. */
export interface AuthenticatedRequest {
  readonly current: SessionState;
  readonly caller: Caller;
}

/** The caller of work that no request triggered, such as jobs and operator commands. */
export const SYSTEM_CALLER: Caller = { ip: null, userAgent: null };
