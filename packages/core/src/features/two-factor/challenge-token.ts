import { rowTokenFormat, type RowTokenFormat } from '../tokens/row-token.js';

const PREFIX = 'sp_ct_';

/** Tokens that carry a login on to its second factor. */
export const challengeTokens: RowTokenFormat = rowTokenFormat({ prefix: PREFIX, label: 'challenge' });

export function isChallengeToken(token: string): boolean {
  return token.startsWith(PREFIX);
}
