import type { Caller } from '../model/caller.js';
import type { AuthRequest } from '../model/http-messages.js';

const MAX_USER_AGENT = 512;
const MAX_IP = 64;

/** Where a request comes from. What a client says of itself is cut to a size and kept printable. */
export function callerOf(request: RequestSource): Caller {
  return new RequestCaller(request);
}

type RequestSource = Pick<AuthRequest, 'ip' | 'signal' | 'header'>;

/** Looked at for events, sessions, devices and hashes alone, which most requests have none of. */
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
