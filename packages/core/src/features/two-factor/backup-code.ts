import type { Context } from '../../context.js';
import { allKeyedHashes, keyedHash } from '../../crypto/keyed-hash.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { BackupCodeRecord } from '../../ports/store/factors.js';

/** Crockford's base32: without letters that look like a digit or another letter. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 16 characters of 5 bits: 80 bits (security.md M5 asks for 64). */
const LENGTH = 16;
const GROUP = /.{4}/g;

export interface MadeBackupCodes {
  /** Shown to the user once: `A1B2-C3D4-E5F6-G7H8`. */
  readonly codes: readonly string[];
  readonly records: readonly BackupCodeRecord[];
}

/** A new set of backup codes. The store gets only their keyed hashes. */
export function makeBackupCodes(context: Context, userId: string): MadeBackupCodes {
  const { random, keyring, makeId } = context;
  const plain = Array.from({ length: settingsOf(context, 'twoFactor').backupCodes }, () =>
    // 256 is a multiple of 32, so every character is equally likely.
    Array.from(random.bytes(LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join(''),
  );
  return {
    codes: plain.map((code) => (code.match(GROUP) ?? []).join('-')),
    records: plain.map((code) => ({
      id: makeId(),
      userId,
      codeHash: keyedHash(keyring, { label: labelOf(userId), value: code }),
      usedAt: null,
    })),
  };
}

/** The hashes that the code, in its canonical form, may be stored under. */
export function backupCodeHashes(
  { keyring }: Context,
  { userId, code }: { readonly userId: string; readonly code: string },
): readonly string[] {
  return allKeyedHashes(keyring, { label: labelOf(userId), value: code });
}

/** Bound to the user: the same code has another hash in another account. */
function labelOf(userId: string): string {
  return `backup-code:${userId}`;
}
