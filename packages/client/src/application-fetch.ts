import { platform } from './platform.js';
import type { Send } from './send-request.js';
import type { Proof, SessionKeeper } from './session-keeper.js';

export interface ApplicationFetchParts {
  readonly send: Send;
  readonly keeper: Pick<SessionKeeper, 'proof' | 'renew'>;
  readonly isCookieMode: boolean;
  /** The origins that may receive credentials, absolute or relative to the page. */
  readonly trusted: readonly string[];
}

/** `fetch` that sends the session's credentials to trusted origins only. */
export function createApplicationFetch({ send, keeper, isCookieMode, trusted }: ApplicationFetchParts): Send {
  const isTrusted = ({ url }: Request): boolean => {
    const { origin } = new URL(url);
    return origin.startsWith('http') && trusted.some((each) => new URL(each, platform.location?.href).origin === origin);
  };

  const withProof = (request: Request, proof: Proof): Request => {
    if (isCookieMode) {
      return request.credentials === 'same-origin' ? new Request(request, { credentials: 'include' }) : request;
    }
    if (typeof proof === 'string') request.headers.set('authorization', `Bearer ${proof}`);
    return request;
  };

  return async (input, init) => {
    const request = new Request(input, init);
    // Keep an `Authorization` header that the caller has set.
    if (!isTrusted(request) || request.headers.has('authorization')) return send(request);
    const again = request.clone();
    const proof = await keeper.proof();
    const response = await send(withProof(request, proof));
    if (response.status !== 401 || isStepUp(response) || !(await keeper.renew(proof))) return response;
    await response.body?.cancel();
    return send(withProof(again, await keeper.proof()));
  };
}

/** RFC 9470: the token is valid, but the route requires a higher level of authentication. */
function isStepUp({ headers }: Response): boolean {
  return headers.get('www-authenticate')?.includes('insufficient_user_authentication') === true;
}
