import type { AuthBlock, ErrorCode } from '@sallyport/core';
import { AuthClientError, AuthConnectionError } from './errors.js';
import type { AuthClientErrorDetails } from './errors.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Sends a request, as `fetch` does. */
export type Send = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The fields of a response that the client itself reads. */
export interface AnswerData extends Fields {
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly deviceToken?: string;
  readonly tokenType?: string;
  /** When the access token expires. */
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
 * Calls one of the library's routes. Throws `AuthClientError` if the library refuses, `AuthConnectionError` if it does not
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
      // These routes never redirect. Following a 307 would send passwords and refresh tokens to another origin.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    ({ status } = response);
    answer = status === 204 ? { success: true } : parse(await response.text());
  } catch (cause) {
    throw signal?.aborted ? signal.reason : new AuthConnectionError({ cause });
  }
  if (status < 300 && answer) {
    // Routes in the format of another standard, such as the key set, answer without the envelope.
    if (url.endsWith('.json')) return { data: { ...answer } };
    if (answer.success) return answer;
  }
  if (answer?.code && answer.success === false) throw new AuthClientError(answer.code, answer.error ?? '', { ...answer.meta, status });
  throw new AuthConnectionError({ status });
}

/** The library's responses have the types that core declares. For other responses only the checks below have to hold. */
function parse(text: string): Envelope | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
