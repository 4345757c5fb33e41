import type { IncomingMessage, ServerResponse } from 'node:http';

/** The common part of requests in Express 4 and 5. It uses the types of neither, so that an application may use either. */
export interface ExpressRequest extends IncomingMessage, Express.Request {
  readonly method: string;
  readonly url: string;
  readonly baseUrl: string;
  readonly path: string;
  readonly ip?: string | undefined;
  readonly app: { get(setting: string): unknown };
}

/** The common part of responses. */
export interface ExpressResponse extends ServerResponse {
  readonly req: ExpressRequest;
  vary(field: string): unknown;
}

/**
 * Middleware for Express 4 and 5. Errors are passed to `next`: Express 4 ignores a returned promise, so a rejection would end the
 * process.
 */
export type ExpressHandler = (req: ExpressRequest, res: ExpressResponse, next: (error?: unknown) => void) => void;
