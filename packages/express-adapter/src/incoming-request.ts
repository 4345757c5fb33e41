import type { AuthRequest, RequestBody } from '@sallyport/core';
import type { ExpressRequest } from './express-types.js';
import { clientAddress } from './client-address.js';
import { connectionSignal } from './connection-signal.js';
import { readBody } from './read-body.js';

/** Adapts an Express request to core's request type. Values are getters: most requests need only a few of them. */
export class IncomingRequest implements AuthRequest {
  readonly #req: ExpressRequest;

  constructor(req: ExpressRequest) {
    this.#req = req;
  }

  get method(): string {
    return this.#req.method;
  }

  get path(): string {
    return this.#req.path;
  }

  get mount(): string {
    return this.#req.baseUrl;
  }

  get query(): string {
    const { url } = this.#req;
    const at = url.indexOf('?');
    return at === -1 ? '' : url.slice(at + 1);
  }

  get ip(): string | undefined {
    return clientAddress(this.#req);
  }

  get trustsProxies(): boolean {
    return Boolean(this.#req.app.get('trust proxy'));
  }

  get signal(): AbortSignal | undefined {
    return connectionSignal(this.#req.socket);
  }

  header(name: string): string | undefined {
    const value = this.#req.headers[name];
    return typeof value === 'string' ? value : value?.[0];
  }

  readBody(maxBytes: number): Promise<RequestBody> {
    return readBody(this.#req, maxBytes);
  }
}
