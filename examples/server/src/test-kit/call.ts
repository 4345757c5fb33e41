// Imports core's internals, which applications do not do. This file is not published.
import { makeCheck } from '../../../../packages/core/src/test-kit/openapi-check.js';
import type { ReplyCheck } from '../../../../packages/core/src/test-kit/openapi-check.js';

/** The fields of all response bodies in one type. A test reads those that its route returns. */
export interface ReplyBody {
  readonly code: string;
  readonly data: {
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly userId: string;
    readonly challengeToken: string;
    readonly secret: string;
    readonly backupCodes: readonly string[];
    readonly user: { readonly email: string };
    readonly sessions: readonly { readonly id: string; readonly ip: string | null; readonly current: boolean }[];
    readonly devices: readonly { readonly current: boolean }[];
    readonly providers: readonly { readonly id: string; readonly name: string }[];
    readonly url: string;
  };
}

export interface Call {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly body: ReplyBody;
  readonly text: string;
}

const MOUNT = '/auth';
const checks = new Map<string, Promise<ReplyCheck>>();

/** The checks by origin, made from the OpenAPI document of the server. */
function checkOf(origin: string): Promise<ReplyCheck> {
  const check = checks.get(origin) ?? fetch(`${origin}${MOUNT}/openapi.json`).then(async (response) => makeCheck(JSON.parse(await response.text())));
  checks.set(origin, check);
  return check;
}

/** Sends a request, and fails if the OpenAPI document does not declare the response. `call('http://localhost:5500/auth', 'POST /login', { body })` */
export async function call(base: string, route: string, { token, body, headers = {} }: Call = {}): Promise<Reply> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const { origin, pathname } = new URL(response.url);
  if (pathname.startsWith(MOUNT)) {
    (await checkOf(origin))({ method, path: pathname.slice(MOUNT.length), status: response.status, text: text === '' ? null : text });
  }
  return { status: response.status, text, body: text === '' ? {} : JSON.parse(text) };
}
