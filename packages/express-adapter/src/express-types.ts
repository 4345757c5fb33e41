import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the requests of Express 4 and 5 have in common. Neither's own types, so that an application may have either. */
export interface ExpressRequest extends IncomingMessage, Express.Request {
  readonly method: string;
  readonly url: string;
  readonly baseUrl: string;
  readonly path: string;
  readonly ip?: string | undefined;
  readonly app: { get(setting: string): unknown };
}

/** The same of responses. */
export interface ExpressResponse extends ServerResponse {
  readonly req: ExpressRequest;
  vary(field: string): unknown;
}

/** Middleware of either. What fails is passed to `next`: Express 4 takes no promise, and would leave a rejection to end the process. */
export type ExpressHandler = (req: ExpressRequest, res: ExpressResponse, next: (error?: unknown) => void) => void;
