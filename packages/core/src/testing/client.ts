import type { AuthReply, AuthRequest, RequestBody } from '../model/http-messages.js';

/** The fields of a request. All except the path have a default. */
export interface ClientRequest {
  readonly method?: string | undefined;
  readonly path: string;
  readonly query?: string | undefined;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** A value is sent as JSON; bytes are sent as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly ip?: string | undefined;
  readonly mount?: string | undefined;
  /** Aborted when the client disconnects. */
  readonly signal?: AbortSignal | undefined;
}

/** Converts a request to the form that a host passes to `auth.handle`, without a socket. */
export function toAuthRequest(request: ClientRequest): AuthRequest {
  const { method = 'GET', path, query = '', token, body, headers = {}, ip = '192.0.2.1', mount = '/auth', signal } = request;
  const bytes = toBytes(body);
  const all: Readonly<Record<string, string>> = {
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(bytes.byteLength) }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  };
  return {
    method,
    path,
    query,
    ip,
    mount,
    signal,
    header: (name) => (Object.hasOwn(all, name) ? all[name] : undefined),
    readBody: (maxBytes): Promise<RequestBody> =>
      Promise.resolve(bytes.byteLength > maxBytes ? { kind: 'too-large' } : { kind: 'bytes', bytes }),
  };
}

/** A header of a reply by its name in any case, as one line. */
export function headerOf(reply: Pick<AuthReply, 'headers'>, name: string): string | undefined {
  const entry = Object.entries(reply.headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return entry === undefined ? undefined : [entry[1]].flat().join(', ');
}

/** The whole body of a reply; `null` if there is none. */
export async function textOf({ body }: Pick<AuthReply, 'body'>): Promise<string | null> {
  if (body === null || typeof body === 'string') return body;
  let text = '';
  for await (const piece of body) text += piece;
  return text;
}

function toBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body));
}
