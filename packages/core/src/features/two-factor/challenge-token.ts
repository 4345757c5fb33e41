import { createHash } from 'node:crypto';
import { decodeBase64url, encodeBase64url } from '../../crypto/base64url.js';
import { isId } from '../../foundation/ids.js';

const PREFIX = 'sp_ct_';
const ID_BYTES = 26;
const SECRET_BYTES = 32;

/** The token with which a login continues to its second factor: `sp_ct_` + base64url(challenge id ‖ secret). */
export function encodeChallengeToken({ id, secret }: { readonly id: string; readonly secret: string }): string {
  return PREFIX + encodeBase64url(Buffer.concat([Buffer.from(id, 'latin1'), Buffer.from(secret, 'base64url')]));
}

export function isChallengeToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** The id of the challenge and the hash of the secret; `null` if the text is no challenge token. */
export function parseChallengeToken(token: string): { readonly id: string; readonly secretHash: string } | null {
  if (!isChallengeToken(token)) return null;
  const bytes = decodeBase64url(token.slice(PREFIX.length));
  if (bytes?.byteLength !== ID_BYTES + SECRET_BYTES) return null;
  const id = bytes.toString('latin1', 0, ID_BYTES);
  return isId(id) ? { id, secretHash: hashChallengeSecret(encodeBase64url(bytes.subarray(ID_BYTES))) } : null;
}

/** Unkeyed: 256 random bits cannot be guessed. */
export function hashChallengeSecret(secret: string): string {
  return createHash('sha256').update('challenge').update(secret).digest('base64url');
}
