import { ConfigError } from '../errors.js';
import type { AuthReply, AuthRequest } from '../model/http-messages.js';
import { readWebBody } from './web-body.js';

/** The client of a web `Request`, as the host knows it. */
export interface FetchClient {
  /**
   * The client's address, as far as the host trusts it. `null` if there is none: then all clients share one limit.
   * Required, since a web `Request` does not contain it.
   */
  readonly ip: string | null;
  /** The path that the routes are mounted at; `''` for the root. Default `'/auth'`. */
  readonly mount?: string | undefined;
}

const DEFAULT_MOUNT = '/auth';

/** Converts a web `Request` to the form that the handler takes. Throws `ConfigError` if the address was left out. */
export function fromWebRequest(request: Request, client: FetchClient): AuthRequest {
  const { ip, mount } = checkedClient(client);
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathBelow(mount, pathname),
    mount,
    query: search.slice(1),
    ip: ip ?? undefined,
    signal: request.signal,
    header: (name) => request.headers.get(name) ?? undefined,
    readBody: (maxBytes) => readWebBody(request, maxBytes),
  };
}

export function toWebResponse({ status, headers, body }: AuthReply): Response {
  return new Response(body === null || typeof body === 'string' ? body : toWebStream(body), { status, headers: toWebHeaders(headers) });
}

/** A piece is requested when the client reads it, and none after it has disconnected. */
function toWebStream(pieces: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const piece = await iterator.next();
      if (piece.done === true) controller.close();
      else controller.enqueue(encoder.encode(piece.value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

export function toWebHeaders(headers: AuthReply['headers']): Headers {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers)) for (const line of [value].flat()) all.append(name, line);
  return all;
}

/** JavaScript callers must pass the address too. */
function checkedClient(client: Partial<FetchClient> | undefined): { readonly ip: string | null; readonly mount: string } {
  const { ip, mount = DEFAULT_MOUNT } = client ?? {};
  if (ip === undefined || (typeof ip !== 'string' && ip !== null)) {
    throw new ConfigError([{ path: 'ip', message: 'must be the address of the client, or null if there is none' }], 'The request cannot be served');
  }
  return { ip, mount: mount.replace(/\/$/, '') };
}

/** If the request is not below the mount, the path is empty, which matches no route. */
function pathBelow(mount: string, pathname: string): string {
  if (pathname === mount) return '/';
  return pathname.startsWith(`${mount}/`) ? pathname.slice(mount.length) : '';
}
