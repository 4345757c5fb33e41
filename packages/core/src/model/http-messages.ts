/** A request as the library receives it. Any host can create it; the Express adapter does so in a few lines. */
export interface AuthRequest {
  readonly method: string;
  /** Path below the mount, percent-encoded as received, without the query. */
  readonly path: string;
  /** Where the routes are mounted, such as `/auth`; empty at the root. */
  readonly mount: string;
  /** The query string without its question mark. */
  readonly query: string;
  /** The client's address, as far as the host trusts it. */
  readonly ip: string | undefined;
  /** Whether the host trusts any proxy for that address. With `false`, a warning is logged if there seems to be one. */
  readonly trustsProxies?: boolean | undefined;
  /**
   * Aborted when the client disconnects: a password hash that has not started is then not computed. Work that has begun
   * is finished. Optional, for hosts that cannot tell.
   */
  readonly signal?: AbortSignal | undefined;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  /** The body. Read at most once, and up to `maxBytes`. */
  readBody(maxBytes: number): Promise<RequestBody>;
}

/** A body as bytes, or as the host has already parsed it. */
export type RequestBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'too-large' };

/** The answer that the host sends, unless the client has disconnected. */
export interface AuthReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /**
   * `null` if there is no body. An answer of unbounded length comes in pieces, each created on request: send them one
   * after the other, stop when the client has disconnected, and abort the connection if one fails.
   */
  readonly body: string | AsyncIterable<string> | null;
}
