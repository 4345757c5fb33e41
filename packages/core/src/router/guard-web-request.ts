import type { Context } from '../context.js';
import type { AccessRule } from '../http/access.js';
import type { Principal } from '../model/principal.js';
import type { RequestHead } from './exchange.js';
import { guard, type GuardOutcome } from './guard.js';
import { fromWebRequest, toWebHeaders, toWebResponse, type FetchClient } from './web-request.js';

/** The client of a web `Request`, and what its route requires. */
export interface FetchGuardInput extends Pick<FetchClient, 'ip'> {
  /** Made by `auth.accessRule`. Default: a live session. */
  readonly rule?: AccessRule | undefined;
}

export type FetchGuardOutcome<Profile = unknown> =
  /** The route adds `headers` to its own response. */
  | { readonly kind: 'allowed'; readonly principal: Principal<Profile>; readonly headers: Headers }
  /** No user is logged in, and the rule is `optional`. */
  | { readonly kind: 'anonymous'; readonly headers: Headers }
  /** The route returns this. */
  | { readonly kind: 'refused'; readonly response: Response };

/** Guards a web `Request`. Throws `ConfigError` if the address was left out. */
export async function guardWebRequest(
  context: Context,
  { request, client }: { readonly request: Request; readonly client: FetchGuardInput },
): Promise<FetchGuardOutcome> {
  const outcome = await guard(context, { request: fromWebRequest(request, client), rule: client.rule ?? {} });
  if (outcome.kind === 'refused') return { kind: 'refused', response: toWebResponse(outcome.reply) };
  return { ...outcome, headers: toWebHeaders(outcome.headers) };
}

export function isRequestHead(request: RequestHead | Request): request is RequestHead {
  return 'header' in request;
}

/** The guard for the requests of any host: those that an adapter has converted, and web `Request`s. */
export interface Guard<Profile = unknown> {
  /** At once if this process has cached the token and the session, so that their requests cost no turn of the event loop. */
  (request: RequestHead, rule?: AccessRule): GuardOutcome<Profile> | Promise<GuardOutcome<Profile>>;
  (request: Request, client: FetchGuardInput): Promise<FetchGuardOutcome<Profile>>;
}

export function createGuard(context: Context): Guard {
  function guardAny(request: RequestHead, rule?: AccessRule): GuardOutcome | Promise<GuardOutcome>;
  function guardAny(request: Request, client: FetchGuardInput): Promise<FetchGuardOutcome>;
  function guardAny(
    request: RequestHead | Request,
    given?: AccessRule | FetchGuardInput,
  ): GuardOutcome | Promise<GuardOutcome | FetchGuardOutcome> {
    if (!isRequestHead(request)) return guardWebRequest(context, { request, client: clientOf(given) });
    return guard(context, { request, rule: given === undefined || 'ip' in given ? {} : given });
  }
  return guardAny;
}

/** Without an address: `fromWebRequest` then refuses it. */
function clientOf(given: AccessRule | FetchGuardInput | undefined): FetchGuardInput {
  return given !== undefined && 'ip' in given ? given : Object.create(null);
}
