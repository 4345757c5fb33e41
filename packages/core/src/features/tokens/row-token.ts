import { createHash } from 'node:crypto';
import { decodeBase64url, encodeBase64url } from '../../crypto/base64url.js';
import { equalBytes } from '../../crypto/constant-time.js';
import { isId } from '../../foundation/ids.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';

const ID_BYTES = 26;
const SECRET_BYTES = 32;

/** The id of a row and the hash of the secret that the client must know. */
export interface RowClaim {
  readonly id: string;
  readonly secretHash: string;
}

/** Tokens that name the row they belong to: the prefix + base64url(id ‖ secret). */
export interface RowTokenFormat {
  encode(token: { readonly id: string; readonly secret: string }): string;
  /** `null` if the text is not a token of this format. */
  parse(token: string): RowClaim | null;
  /** Unkeyed: 256 random bits cannot be guessed. Tokens of another format have other hashes. */
  hashSecret(secret: string): string;
}

/** `label` separates the hashes of one format from those of another. */
export function rowTokenFormat({ prefix, label }: { readonly prefix: string; readonly label: string }): RowTokenFormat {
  const hashSecret = (secret: string): string => createHash('sha256').update(label).update(secret).digest('base64url');
  return {
    hashSecret,
    encode: ({ id, secret }) =>
      prefix + encodeBase64url(Buffer.concat([Buffer.from(id, 'latin1'), Buffer.from(secret, 'base64url')])),
    parse(token) {
      const bytes = token.startsWith(prefix) ? decodeBase64url(token.slice(prefix.length)) : null;
      if (bytes?.byteLength !== ID_BYTES + SECRET_BYTES) return null;
      const id = bytes.toString('latin1', 0, ID_BYTES);
      return isId(id) ? { id, secretHash: hashSecret(encodeBase64url(bytes.subarray(ID_BYTES))) } : null;
    },
  };
}

/** True if the secret of the claim is the row's. Takes the same time for every wrong one. */
export function isRowOf(claim: RowClaim, { secretHash }: OneTimeTokenRecord): boolean {
  return secretHash !== null && equalBytes(Buffer.from(claim.secretHash), Buffer.from(secretHash));
}
