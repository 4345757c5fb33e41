import type { Caller } from '../model/caller.js';
import type { AuthRequest } from '../model/http-messages.js';

const MAX_USER_AGENT = 512;
const MAX_IP = 64;

/** The client of a request. Values that the client controls are shortened and kept printable. */
export function callerOf(request: RequestSource): Caller {
  return new RequestCaller(request);
}

type RequestSource = Pick<AuthRequest, 'ip' | 'signal' | 'header'>;

/** Read lazily, only for events, sessions, devices and hashes, which most requests do not need. */
class RequestCaller implements Caller {
  readonly #request: RequestSource;

  constructor(request: RequestSource) {
    this.#request = request;
  }

  get ip(): string | null {
    return printable(this.#request.ip, MAX_IP);
  }

  get userAgent(): string | null {
    return printable(this.#request.header('user-agent'), MAX_USER_AGENT);
  }

  get signal(): AbortSignal | undefined {
    return this.#request.signal;
  }
}

interface GivenCaller {
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export function toCaller({ ip, userAgent, signal }: GivenCaller): Caller {
  return { ip: printable(ip, MAX_IP), userAgent: printable(userAgent, MAX_USER_AGENT), signal };
}

function printable(text: string | undefined, maxLength: number): string | null {
  return text === undefined || text === '' ? null : text.slice(0, maxLength).replace(/[^\x20-\x7e]/g, '?');
}
