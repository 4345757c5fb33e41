import { isSuccessorSeen, type SessionState } from '../model/session-state.js';
import type { Caller } from '../model/caller.js';
import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { invalidateSessions, recordRefusal } from '../unit-of-work.js';
import type { Authenticated } from '../model/principal.js';

/** RFC 6750 §2.1; the scheme is case-insensitive (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Whether an `Authorization` header has the scheme `Bearer`, well-formed or not. */
export function isBearer(header: string): boolean {
  return /^Bearer(?: |$)/i.test(header);
}

/** The token of an `Authorization` header; `null` without a header. Another scheme is `INVALID_TOKEN`. */
export function bearerToken(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new AuthError('INVALID_TOKEN');
  return token;
}

/**
 * Finds the session and user of an access token. The signature is not enough: the session must be live, its user
 * enabled, and the token no older than the last change of role or password (security.md S6). Fails with
 * `INVALID_TOKEN`.
 */
export async function authenticate(
  context: Context,
  { token, caller }: { readonly token: string; readonly caller: Caller },
): Promise<Authenticated> {
  const claims = await context.accessTokens.verify(token);
  // T4: the signature check may be cached; the state of the session is checked every time.
  const state = await context.sessionCache.live(claims.sub, claims.sid);
  if (state !== null && isCurrent({ state, claims })) {
    if (isFirstUse({ state, claims })) await markSeen(context, state);
    return { state, claims };
  }
  await recordRefusal(context, {
    caller,
    event: {
      type: 'access.denied',
      outcome: 'failure',
      // Do not record the id of a deleted account.
      userId: state?.user.id ?? null,
      sessionId: state === null ? null : claims.sid,
      detail: { code: 'INVALID_TOKEN', reason: state === null ? 'session-ended' : 'outdated' },
    },
  });
  throw new AuthError('INVALID_TOKEN');
}

/**
 * The session and user of an access token, as `authenticate` finds them, from the cache of this process; `null` if that must read
 * or write.
 */
export function authenticateFromCache({ accessTokens, sessionCache }: Context, token: string): Authenticated | null {
  const claims = accessTokens.verified(token);
  const state = claims === null ? null : sessionCache.known(claims.sub, claims.sid);
  if (claims === null || state === null) return null;
  const authenticated = { state, claims };
  return isCurrent(authenticated) && !isFirstUse(authenticated) ? authenticated : null;
}

/** S6: the token is no older than the last change of role or password. */
function isCurrent({ state, claims }: Authenticated): boolean {
  return claims.ver === state.user.securityVersion;
}

/** S8: the token is from the last refresh, and the first to be used. */
function isFirstUse({ state, claims }: Authenticated): boolean {
  return claims.gen === state.session.refreshCounter && !isSuccessorSeen(state.session);
}

/** S8: the client has received the last refresh, so the refresh token before it is invalid after the grace. */
async function markSeen(context: Context, { session, user }: SessionState): Promise<void> {
  const { store, clock } = context;
  try {
    await store.sessions.markSeen(session.id, session.refreshCounter, clock.now());
  } finally {
    invalidateSessions(context, [user.id]);
  }
}
