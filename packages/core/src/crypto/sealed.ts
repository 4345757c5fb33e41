import { createCipheriv, createDecipheriv } from 'node:crypto';
import { AuthError } from '../errors.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';
import { decodeBase64url, encodeBase64url } from './base64url.js';
import { keyIdOf, type Keyring } from './keyring.js';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 's1';

export interface Sealable {
  readonly plain: string;
  /** Associated data, such as the user's id. Not stored: opening the text needs the same value. */
  readonly context: string;
}

/**
 * Encrypts under a key outside the database: `s1.<key id>.<IV ‖ ciphertext ‖ tag>`. The context is authenticated with
 * it, so that a row copied to another user cannot be opened (security.md M2).
 */
export function seal({ keyring, random }: { readonly keyring: Keyring; readonly random: Random }, { plain, context }: Sealable): string {
  const key = keyring.newest('sealed');
  const iv = random.bytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(context));
  const box = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${keyIdOf(key)}.${encodeBase64url(box)}`;
}

/** The decrypted text; `null` if its key is no longer configured, the context differs, or the text was changed. */
export function open(keyring: Keyring, { sealed, context }: { readonly sealed: string; readonly context: string }): string | null {
  const [version, keyId, text = ''] = sealed.split('.');
  const key = keyring.all('sealed').find((candidate) => keyIdOf(candidate) === keyId);
  const box = decodeBase64url(text);
  if (version !== VERSION || key === undefined || box === null || box.byteLength < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, box.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(box.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(box.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/**
 * As `open`, for values that a request cannot do without. Fails with `INTERNAL` and a log line if the value cannot be
 * opened: a missing secret is the operator's fault, so the request must not count as a guess (security.md M10).
 */
export function openOrFail(
  { keyring, logger }: { readonly keyring: Keyring; readonly logger: Logger },
  { what, userId, ...sealed }: { readonly sealed: string; readonly context: string; readonly what: string; readonly userId: string },
): string {
  const plain = open(keyring, sealed);
  if (plain !== null) return plain;
  logger.error(`${what} cannot be opened: the secret that sealed it is no longer configured`, { userId });
  throw new AuthError('INTERNAL');
}
