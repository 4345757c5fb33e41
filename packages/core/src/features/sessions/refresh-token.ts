import { createHmac } from 'node:crypto';
import { decodeBase64url, encodeBase64url } from '../../crypto/base64url.js';
import { equalBytes } from '../../crypto/constant-time.js';
import type { Keyring } from '../../crypto/keyring.js';
import { isId } from '../../foundation/ids.js';
import type { SessionRecord } from '../../ports/store/sessions.js';

const PREFIX = 'sp_rt_';
const ID_BYTES = 26;
const COUNTER_BYTES = 4;
const MAC_BYTES = 32;

type RefreshState = Pick<SessionRecord, 'id' | 'refreshCounter' | 'refreshSalt'>;

/** What a refresh token claims. Not trustworthy until `isGenuine` has checked it with the session's salt. */
export interface RefreshTokenClaim {
  readonly sessionId: string;
  readonly counter: number;
  readonly mac: Uint8Array;
}

/**
 * The refresh token of one generation of a session: `sp_rt_` + base64url(session id ‖ counter ‖ MAC). It is derived,
 * not random: the same generation always has the same token. So a repeated refresh gets the same answer (security.md
 * S1), and every earlier generation is recognised without a row per token (S2). The MAC needs the key and the session's
 * salt, so neither a stolen database nor a stolen secret yields a token (S4).
 */
export function deriveRefreshToken(keyring: Keyring, session: RefreshState): string {
  const head = encodeHead(session.id, session.refreshCounter);
  const tail = mac(keyring.newest('refresh-token'), head, session.refreshSalt);
  return PREFIX + encodeBase64url(Buffer.concat([head, tail]));
}

/** Parses a token; `null` if it is not a refresh token. */
export function parseRefreshToken(token: string): RefreshTokenClaim | null {
  if (!token.startsWith(PREFIX)) return null;
  const bytes = decodeBase64url(token.slice(PREFIX.length));
  if (bytes?.byteLength !== ID_BYTES + COUNTER_BYTES + MAC_BYTES) return null;
  const sessionId = bytes.toString('latin1', 0, ID_BYTES);
  if (!isId(sessionId)) return null;
  return {
    sessionId,
    counter: bytes.readUInt32BE(ID_BYTES),
    mac: bytes.subarray(ID_BYTES + COUNTER_BYTES),
  };
}

/** Whether this library made the token for the session with this salt, under any secret that still verifies. */
export function isGenuine(keyring: Keyring, claim: RefreshTokenClaim, salt: string): boolean {
  const head = encodeHead(claim.sessionId, claim.counter);
  return keyring.all('refresh-token').some((key) => equalBytes(mac(key, head, salt), claim.mac));
}

function encodeHead(sessionId: string, counter: number): Buffer {
  const head = Buffer.alloc(ID_BYTES + COUNTER_BYTES);
  head.write(sessionId, 'latin1');
  head.writeUInt32BE(counter, ID_BYTES);
  return head;
}

function mac(key: Uint8Array, head: Uint8Array, salt: string): Uint8Array {
  return createHmac('sha256', key).update(head).update(salt).digest();
}
