import type { Context } from '../../context.js';
import { makeSecret } from '../../crypto/secret-token.js';
import type { BrowserCookie } from '../../http/define-route.js';
import { settingsOf } from '../../http/optional-feature.js';
import { ATTEMPT_TTL_MS } from './attempt.js';

/**
 * The cookie that binds an attempt to the browser that begins it (security.md X1). The browser keeps the token that it
 * has: if two tabs begin a login each, the first must not fail.
 */
export function browserCookie(context: Context, token: string = makeSecret(context.random)): BrowserCookie {
  const providers = Object.values(settingsOf(context, 'providers'));
  const crossSitePost = providers.some(({ responseMode }) => responseMode === 'form_post');
  return { token, seconds: ATTEMPT_TTL_MS / 1_000, crossSitePost };
}
