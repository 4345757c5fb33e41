/** The client of a request, as events, sessions and devices record it. */
export interface Caller {
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Aborted when the client disconnects. */
  readonly signal?: AbortSignal | undefined;
}

/** The caller of work that no request triggered, such as jobs and operator commands. */
export const SYSTEM_CALLER: Caller = { ip: null, userAgent: null };
