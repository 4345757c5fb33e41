import { AuthClientError } from './errors.js';
import type { Fields } from './send-request.js';

export interface RoutePath {
  /** Such as `/users/:id/logout`. */
  readonly path: string;
  readonly method: string;
  readonly input: Fields;
}

/** Where the input goes: path parameters first, then the query of a GET or the body. */
export function routeUrl({ path, method, input }: RoutePath): { readonly url: string; readonly body: Fields | undefined } {
  const fields = { ...input };
  const url = path.replace(/:(\w+)/, (_, name: string) => {
    const id = fields[name];
    delete fields[name];
    // A URL parser resolves dot segments: with the id '..' a logout of another user would become one's own.
    if (typeof id !== 'string' || /^\.{0,2}$/.test(id)) throw new AuthClientError('NOT_FOUND', 'Not found', { status: 404 });
    return encodeURIComponent(id);
  });
  if (method !== 'GET') return { url, body: fields };
  // JSON omits fields without a value.
  const query = new URLSearchParams(JSON.parse(JSON.stringify(fields))).toString();
  return { url: query ? `${url}?${query}` : url, body: undefined };
}
