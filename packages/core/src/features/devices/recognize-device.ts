import type { Context } from '../../context.js';
import { matchesKeyedHash } from '../../crypto/keyed-hash.js';
import { parseDeviceToken } from './device-token.js';

/** The label of keyed hashes of device secrets. */
export const DEVICE_SECRET = 'device';

/** A device that has logged this user in before, and the token it sent. */
export interface RecognizedDevice {
  readonly deviceId: string;
  readonly deviceToken: string;
  readonly trustedUntil: number | null;
}

/**
 * The user's device that the token belongs to. `null` without a token, and for a forged one or another user's. Without a user
 * the work is the same, so that the time does not tell whether there is an account (security.md L1).
 */
export async function recognizeDevice(
  { store, keyring }: Context,
  { userId, deviceToken }: { readonly userId: string | null; readonly deviceToken: string | undefined },
): Promise<RecognizedDevice | null> {
  if (deviceToken === undefined) return null;
  const credential = parseDeviceToken(deviceToken);
  if (credential === null) return null;
  const device = await store.devices.find(credential.deviceId);
  if (device === null || device.userId !== userId) return null;
  if (!matchesKeyedHash(keyring, { label: DEVICE_SECRET, value: credential.secret, hash: device.secretHash })) return null;
  return { deviceId: device.id, deviceToken, trustedUntil: device.trustedUntil };
}
