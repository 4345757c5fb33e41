import type { Context } from '../context.js';
import { asAuthError, AuthError } from '../errors.js';
import { guardChannel } from '../telemetry/channels.js';
import type { GuardTrace } from '../telemetry/channels.js';
import { traced } from '../telemetry/traced.js';
import { enforceAccess } from '../http/access.js';
import type { AccessRule } from '../http/access.js';
import { authenticate, bearerToken } from './authenticate.js';
import { callerOf } from '../http/request-caller.js';
import { fail, openExchange, refuseCrossSite } from './exchange.js';
import type { Exchange, RequestHead } from './exchange.js';
import type { AuthReply } from '../model/http-messages.js';
import { toPrincipal } from '../model/principal.js';
import type { Principal } from '../model/principal.js';

export type GuardOutcome<Profile = unknown> =
  | { readonly kind: 'allowed'; readonly principal: Principal<Profile> }
  /** What the host has to answer instead of running its route. */
  | { readonly kind: 'refused'; readonly reply: AuthReply };

/** Lets a request to the application's own route in, or says what to answer. It never rejects. */
export async function guard(context: Context, asked: Guarded): Promise<GuardOutcome> {
  // Before every request of the application: the message is made for those alone who listen.
  if (!guardChannel.hasSubscribers) return decide(context, asked);
  const message: GuardTrace = { method: asked.request.method };
  return traced({ channel: guardChannel, message, work: async (trace) => decide(context, { ...asked, trace }) });
}

interface Guarded {
  readonly request: RequestHead;
  readonly rule: AccessRule;
  /** Where somebody listens. */
  readonly trace?: GuardTrace;
}

async function decide(context: Context, { request, rule, trace }: Guarded): Promise<GuardOutcome> {
  const exchange = openExchange(context, request);
  try {
    return { kind: 'allowed', principal: await admit(context, { exchange, rule }) };
  } catch (thrown) {
    const error = asAuthError(thrown);
    const reply = fail(context, { exchange, error });
    if (trace !== undefined) Object.assign(trace, { status: reply.status, error: error.code });
    return { kind: 'refused', reply };
  }
}

async function admit(
  context: Context,
  { exchange, rule }: { readonly exchange: Exchange; readonly rule: AccessRule },
): Promise<Principal> {
  refuseCrossSite(context, exchange);
  const { request, cookies } = exchange;
  const token = bearerToken(request.header('authorization')) ?? cookies.accessToken;
  if (token === undefined) throw new AuthError('UNAUTHENTICATED');
  const caller = callerOf(request);
  const authenticated = await authenticate(context, { token, caller });
  await enforceAccess(context, { current: authenticated.state, rule, caller });
  return toPrincipal(context, authenticated);
}
