import type { Context } from '../../context.js';
import { matchesKeyedHash } from '../../crypto/keyed-hash.js';
import { splitDeviceTokens } from '../../http/device-cookie.js';
import { parseDeviceToken } from './device-token.js';

/** The label for the keyed hashes of device secrets. */
export const DEVICE_SECRET = 'device';

/** A device that has logged this user in before, and the token that it sent. */
export interface RecognizedDevice {
  readonly deviceId: string;
  readonly deviceToken: string;
  readonly trustedUntil: number | null;
}

/**
 * Finds the user's device among these tokens. Returns `null` without a token, and for one that is forged or another
 * user's. A browser has one token for each of its users. Without a user the same work is done, so that the time does
 * not tell whether the account exists (security.md L1).
 */
export async function recognizeDevice(
  { store, keyring }: Context,
  { userId, deviceToken }: { readonly userId: string | null; readonly deviceToken: string | undefined },
): Promise<RecognizedDevice | null> {
  if (deviceToken === undefined) return null;
  let recognized: RecognizedDevice | null = null;
  // All tokens are looked up, whichever is right, so that the time tells nothing.
  for (const token of splitDeviceTokens(deviceToken)) {
    const credential = parseDeviceToken(token);
    const device = credential === null ? null : await store.devices.find(credential.deviceId);
    if (credential === null || device === null || device.userId !== userId) continue;
    if (!matchesKeyedHash(keyring, { label: DEVICE_SECRET, value: credential.secret, hash: device.secretHash })) continue;
    recognized = { deviceId: device.id, deviceToken: token, trustedUntil: device.trustedUntil };
  }
  return recognized;
}
