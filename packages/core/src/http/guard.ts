import type { Deps } from '../deps.js';
import { AuthError } from '../errors.js';
import { enforceAccess } from './access.js';
import type { AccessRule } from './access.js';
import { authenticate, bearerToken } from './authenticate.js';
import { callerOf } from './caller.js';
import { fail, openExchange, refuseCrossSite } from './exchange.js';
import type { Exchange, RequestHead } from './exchange.js';
import type { AuthReply } from './messages.js';
import { toPrincipal } from './principal.js';
import type { Principal } from './principal.js';

export type GuardOutcome<Profile = unknown> =
  | { readonly kind: 'allowed'; readonly principal: Principal<Profile> }
  /** What the host has to answer instead of running its route. */
  | { readonly kind: 'refused'; readonly reply: AuthReply };

/** Lets a request to the application's own route in, or says what to answer. It never rejects. */
export async function guard(
  deps: Deps,
  { request, rule }: { readonly request: RequestHead; readonly rule: AccessRule },
): Promise<GuardOutcome> {
  const exchange = openExchange(deps, request);
  try {
    return { kind: 'allowed', principal: await admit(deps, { exchange, rule }) };
  } catch (thrown) {
    return { kind: 'refused', reply: fail(deps, { exchange, thrown }) };
  }
}

async function admit(
  deps: Deps,
  { exchange, rule }: { readonly exchange: Exchange; readonly rule: AccessRule },
): Promise<Principal> {
  refuseCrossSite(deps, exchange);
  const { request, cookies } = exchange;
  const token = bearerToken(request.header('authorization')) ?? cookies.accessToken;
  if (token === undefined) throw new AuthError('UNAUTHENTICATED');
  const caller = callerOf(request);
  const authenticated = await authenticate(deps, { token, caller });
  await enforceAccess(deps, { current: authenticated.state, rule, caller });
  return toPrincipal(deps, authenticated);
}
