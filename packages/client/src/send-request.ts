import type { AuthBlock, ErrorCode } from '@sallyport/core';
import { AuthClientError, AuthConnectionError } from './errors.js';
import type { AuthClientErrorDetails } from './errors.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Sends a request; what `fetch` does. */
export type Send = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What the client itself looks at in an answer. */
export interface AnswerData extends Fields {
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly deviceToken?: string;
  readonly tokenType?: string;
  /** The end of the access token. */
  readonly expiresAt?: string;
  readonly challengeToken?: string;
  readonly auth?: AuthBlock;
  readonly user?: { readonly id: string };
}

export interface AnswerMeta extends Omit<AuthClientErrorDetails, 'status'> {
  readonly timestamp?: string;
  readonly nextCursor?: string | null;
  readonly total?: number;
}

export interface Answer {
  readonly data?: AnswerData | undefined;
  readonly meta?: AnswerMeta | undefined;
}

interface Envelope extends Answer {
  readonly success?: boolean;
  readonly code?: ErrorCode;
  readonly error?: string;
}

export interface RouteRequest {
  readonly url: string;
  readonly method: string;
  readonly body?: Fields | undefined;
  /** For the `Authorization` header. */
  readonly token?: string | undefined;
  readonly credentials?: 'include' | 'same-origin';
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks one of the library's routes. Throws `AuthClientError` for its refusals, `AuthConnectionError` where it did not
 * answer, and the reason of the caller's aborted signal.
 */
export async function sendRequest(
  { send, timeoutMs }: { readonly send: Send; readonly timeoutMs: number },
  { url, body, token, signal, ...request }: RouteRequest,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let status: number;
  let answer: Envelope | null;
  try {
    const response = await send(url, {
      ...request,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: body ? JSON.stringify(body) : null,
      // These routes never redirect. Followed, a 307 would hand passwords and refresh tokens on to another origin.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    ({ status } = response);
    answer = status === 204 ? { success: true } : parse(await response.text());
  } catch (cause) {
    throw signal?.aborted ? signal.reason : new AuthConnectionError({ cause });
  }
  if (status < 300 && answer) {
    // A format of other software's, such as a key set, is answered bare, without the envelope.
    if (url.endsWith('.json')) return { data: { ...answer } };
    if (answer.success) return answer;
  }
  if (answer?.code && answer.success === false) throw new AuthClientError(answer.code, answer.error ?? '', { ...answer.meta, status });
  throw new AuthConnectionError({ status });
}

/** The library's answers have the types that core says. Of others only what is asked for below has to hold. */
function parse(text: string): Envelope | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
