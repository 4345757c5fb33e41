import * as v from 'valibot';
import type { Context } from '../../context.js';
import { open, openOrFail, seal } from '../../crypto/sealed.js';
import type { ProviderTokenResponse } from '../../ports/provider.js';
import type { IdentityRecord } from '../../ports/store/identities.js';

const text = v.optional(v.string());

const storedTokens = v.object({
  access_token: v.string(),
  refresh_token: text,
  id_token: text,
  scope: text,
  token_type: text,
  expires_in: v.optional(v.number()),
  /** When the provider handed them out. Milliseconds since the epoch. */
  obtained_at: v.number(),
});

export type StoredTokens = v.InferOutput<typeof storedTokens>;

/** Binds the ciphertext to its row, so that rows cannot be swapped. */
const contextOf = (id: string): string => `identity:${id}`;

/**
 * X4: stored only if the provider handed them over, and encrypted under a key outside the database. Some providers
 * issue a refresh token at the first consent only: then the earlier one is kept.
 */
export function sealTokens(
  context: Context,
  { identityId, tokens, earlier }: { readonly identityId: string; readonly tokens: ProviderTokenResponse | undefined; readonly earlier: string | null },
): string | null {
  if (tokens === undefined) return null;
  const refreshToken = tokens.refresh_token ?? refreshTokenIn(context, { identityId, sealed: earlier });
  const stored: StoredTokens = { ...tokens, refresh_token: refreshToken, obtained_at: context.clock.now() };
  return seal(context, { plain: JSON.stringify(stored), context: contextOf(identityId) });
}

/** Fails with `INTERNAL` and a log line if the key that sealed the tokens is gone (security.md M10). */
export function openTokens(context: Context, { id, userId, sealedTokens }: IdentityRecord): StoredTokens | null {
  if (sealedTokens === null) return null;
  const plain = openOrFail(context, { sealed: sealedTokens, context: contextOf(id), what: 'the tokens of an external provider', userId });
  return v.parse(storedTokens, JSON.parse(plain));
}

/** A login does not need the earlier tokens, so it does not fail if their key is gone. */
function refreshTokenIn({ keyring }: Context, { identityId, sealed }: { readonly identityId: string; readonly sealed: string | null }): string | undefined {
  const plain = sealed === null ? null : open(keyring, { sealed, context: contextOf(identityId) });
  const parsed = v.safeParse(storedTokens, plain === null ? null : JSON.parse(plain));
  return parsed.success ? parsed.output.refresh_token : undefined;
}
