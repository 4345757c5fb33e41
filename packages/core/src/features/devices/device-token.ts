import { decodeBase64url, encodeBase64url } from '../../crypto/base64url.js';
import { isId } from '../../foundation/ids.js';

const PREFIX = 'sp_dt_';
const ID_BYTES = 26;
const SECRET_BYTES = 32;

export interface DeviceCredential {
  readonly deviceId: string;
  /** 256 random bits, base64url. The store has only their keyed hash. */
  readonly secret: string;
}

/**
 * The token that a device sends with its next login: `sp_dt_` + base64url(device id ‖ secret). It never replaces the
 * password.
 */
export function encodeDeviceToken({ deviceId, secret }: DeviceCredential): string {
  return PREFIX + encodeBase64url(Buffer.concat([Buffer.from(deviceId, 'latin1'), Buffer.from(secret, 'base64url')]));
}

/** The parts of a device token; `null` if the text is not one. */
export function parseDeviceToken(token: string): DeviceCredential | null {
  if (!token.startsWith(PREFIX)) return null;
  const bytes = decodeBase64url(token.slice(PREFIX.length));
  if (bytes?.byteLength !== ID_BYTES + SECRET_BYTES) return null;
  const deviceId = bytes.toString('latin1', 0, ID_BYTES);
  return isId(deviceId) ? { deviceId, secret: encodeBase64url(bytes.subarray(ID_BYTES)) } : null;
}
