import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { BrowserCookie } from '../../http/define-route.js';
import { withTransaction } from '../../unit-of-work.js';
import { allowedRedirect } from './allowed-redirect.js';
import { makeAttempt } from './attempt.js';
import { browserCookie } from './browser-cookie.js';
import { callbackUrl } from './callback-url.js';
import { callProvider } from './call-provider.js';
import { findProvider } from './find-provider.js';
import { requireLinkingSession, type LinkingRequest } from './require-linking-session.js';
import type { StartProviderData, StartProviderInput } from './schema.js';

export interface StartProviderRequest extends StartProviderInput, LinkingRequest {
  readonly browserToken: string | undefined;
  readonly mount: string;
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
  const cookie = browserCookie(context, request.browserToken);
  const redirectUri = callbackUrl(context, request);
  const { state, nonce, codeChallenge, record } = makeAttempt(context, { provider: request.provider, redirectUri, redirectTo, link, browserToken: cookie.token });
  const url = await callProvider(context, (signal) => provider.start({ redirectUri, state, nonce, codeChallenge, signal })).catch((cause: unknown) => {
    throw new AuthError('PROVIDER_FAILED', { cause });
  });
  await withTransaction(context, { caller: request.caller, work: ({ unit }) => unit.oneTimeTokens.insert(record) });
  return { data: { url, expiresAt: isoTime(record.expiresAt) }, browserCookie: cookie };
}
