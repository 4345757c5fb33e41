/** How a request reaches the library. Any host can fill it in; the Express adapter does in a few lines. */
export interface AuthRequest {
  readonly method: string;
  /** Path below the mount, percent-encoded as it came, without the query. */
  readonly path: string;
  /** Where the routes are mounted, such as `/auth`; empty at the root. */
  readonly mount: string;
  /** The query string without its question mark. */
  readonly query: string;
  /** The address of the client, as far as the host trusts it. */
  readonly ip: string | undefined;
  /** Whether the host believes any proxy about that address. `false` has a warning logged where one seems to be there. */
  readonly trustsProxies?: boolean | undefined;
  /**
   * Aborted when the client disconnects, so that a password hash that has not started is not computed. What has
   * begun is finished. A host that cannot tell leaves it out.
   */
  readonly signal?: AbortSignal | undefined;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  /** The body, read at most once, and no further than `maxBytes`. */
  readBody(maxBytes: number): Promise<RequestBody>;
}

/** A body as bytes; or as whatever the host has already made of it. */
export type RequestBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'too-large' };

/** What the host has to send, unless the client has left. */
export interface AuthReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /**
   * `null` where there is no body. An answer of any length comes in pieces, each made when it is asked for: send one after the
   * other, ask for none once the client has left, and break the connection off if one fails.
   */
  readonly body: string | AsyncIterable<string> | null;
}
