import type { Context } from '../../context.js';
import { makeSecret } from '../../crypto/secret-token.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { ACCESS_RULES, enforceAccess } from '../../http/access.js';
import type { BrowserCookie } from '../../http/define-route.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { Caller } from '../../model/caller.js';
import type { SessionState } from '../../model/session-state.js';
import { withTransaction } from '../../unit-of-work.js';
import { allowedRedirect } from './allowed-redirect.js';
import { ATTEMPT_TTL_MS, makeAttempt } from './attempt.js';
import type { Attempt } from './attempt.js';
import { callbackUrl } from './callback-url.js';
import { callProvider } from './call-provider.js';
import { findProvider } from './find-provider.js';
import type { StartProviderData, StartProviderInput } from './schema.js';

export interface StartProviderRequest extends StartProviderInput {
  /** The session of the access token, if one was sent. */
  readonly current: SessionState | null;
  /** Why the access token that was sent is not valid. */
  readonly refusal: AuthError | null;
  readonly browserToken: string | undefined;
  readonly mount: string;
  readonly caller: Caller;
}

export interface StartedProvider {
  readonly data: StartProviderData;
  readonly browserCookie: BrowserCookie;
}

/**
 * Begins a login with a provider, or with `link` the link of an identity to the session's account. Returns the address
 * to redirect the browser to. The attempt belongs to the browser that holds the cookie (security.md X1). A link
 * requires a recent session, as every new way to log in does.
 *
 * Fails with `NOT_FOUND` (no such provider), `VALIDATION_FAILED` (`redirectTo` at a foreign origin), `UNAUTHENTICATED`,
 * `INVALID_TOKEN` or `STEP_UP_REQUIRED` (a link without a recent session), and `PROVIDER_FAILED`.
 */
export async function startProvider(context: Context, request: StartProviderRequest): Promise<StartedProvider> {
  const provider = findProvider(context, request.provider);
  const redirectTo = allowedRedirect(context, request.redirectTo);
  const link = request.link === true ? await requireLinkingSession(context, request) : null;
  // The browser keeps its token: if two tabs begin a login each, the first must not fail.
  const browserToken = request.browserToken ?? makeSecret(context.random);
  const redirectUri = callbackUrl(context, request);
  const { state, nonce, codeChallenge, record } = makeAttempt(context, { provider: request.provider, redirectUri, redirectTo, link, browserToken });
  const url = await callProvider(context, (signal) => provider.start({ redirectUri, state, nonce, codeChallenge, signal })).catch((cause: unknown) => {
    throw new AuthError('PROVIDER_FAILED', { cause });
  });
  await withTransaction(context, { caller: request.caller, work: ({ unit }) => unit.oneTimeTokens.insert(record) });
  const crossSitePost = Object.values(settingsOf(context, 'providers')).some(({ responseMode }) => responseMode === 'form_post');
  return {
    data: { url, expiresAt: isoTime(record.expiresAt) },
    browserCookie: { token: browserToken, seconds: ATTEMPT_TTL_MS / 1_000, crossSitePost },
  };
}

async function requireLinkingSession(
  context: Context,
  { current, refusal, caller }: StartProviderRequest,
): Promise<NonNullable<Attempt['link']>> {
  if (current === null) throw refusal ?? new AuthError('UNAUTHENTICATED');
  await enforceAccess(context, { current, rule: ACCESS_RULES['session+recent'], caller });
  return { userId: current.user.id, sessionId: current.session.id };
}
