import * as v from 'valibot';
import type { Context } from '../../context.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { Schema } from '../../foundation/parse.js';
import type { IdentityRecord } from '../../ports/store/identities.js';
import { findProvider } from './find-provider.js';
import { openTokens } from './stored-tokens.js';

/** The tokens that a provider issued at the last login with it, for the provider's own API. */
export interface ProviderTokens {
  /** The id of their identity, as in `GET /identities`. */
  readonly identityId: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
  readonly tokenType: string | null;
  /** The scopes that the provider granted, separated by spaces; `null` if it did not say. */
  readonly scope: string | null;
  /** When the access token expires, ISO 8601 UTC; `null` if the provider did not say. It may be in the past. */
  readonly expiresAt: string | null;
}

export interface ReadProviderTokensInput {
  readonly userId: string;
  readonly provider: string;
}

export const readProviderTokensInput: Schema<ReadProviderTokensInput> = v.strictObject({
  userId: v.string('must be a string'),
  provider: v.string('must be a string'),
});

/**
 * The provider's tokens for the user; `null` if none are kept. If the user has several identities at this provider, those of the
 * identity that was used last. Fails with `NOT_FOUND` for a provider that is not configured, and with `INTERNAL` if the secret
 * that sealed the tokens is no longer configured (security.md X4, M10).
 */
export async function readProviderTokens(context: Context, { userId, provider }: ReadProviderTokensInput): Promise<ProviderTokens | null> {
  findProvider(context, provider);
  const kept = (await context.store.identities.list(userId)).filter((identity) => identity.provider === provider && identity.sealedTokens !== null);
  const [first, ...others] = kept;
  if (first === undefined) return null;
  const identity = others.reduce((latest, other) => (other.lastUsedAt > latest.lastUsedAt ? other : latest), first);
  return tokensOf(context, identity);
}

function tokensOf(context: Context, identity: IdentityRecord): ProviderTokens | null {
  const tokens = openTokens(context, identity);
  if (tokens === null) return null;
  const { access_token: accessToken, refresh_token: refreshToken = null, id_token: idToken = null, token_type: tokenType = null, scope = null } = tokens;
  const { expires_in: seconds, obtained_at: at } = tokens;
  const expiresAt = seconds === undefined ? null : isoTime(at + seconds * 1_000);
  return { identityId: identity.id, accessToken, refreshToken, idToken, tokenType, scope, expiresAt };
}
