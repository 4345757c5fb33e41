import type { Caller } from '../../model/caller.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { keyedHash } from '../../crypto/keyed-hash.js';
import { makeSecret } from '../../crypto/secret-token.js';
import type { DeviceRecord } from '../../ports/store/devices.js';
import { encodeDeviceToken } from './device-token.js';
import { DEVICE_SECRET } from './recognize-device.js';
import type { RecognizedDevice } from './recognize-device.js';

/** Clients that do not send their token back look like a new device at every login. */
const MAX_PER_USER = 50;

export interface RememberDeviceInput {
  readonly userId: string;
  /** The device, if it was recognized. */
  readonly known: RecognizedDevice | null;
  readonly caller: Caller;
}

/** Stores or updates the device of a login, and returns the token for the next login. */
export async function rememberDevice(
  { clock, random, keyring, makeId, unit }: TransactionContext,
  { userId, known, caller }: RememberDeviceInput,
): Promise<{ readonly deviceId: string; readonly deviceToken: string }> {
  const now = clock.now();
  if (known !== null && (await unit.devices.touch(known.deviceId, now, caller.userAgent))) {
    return { deviceId: known.deviceId, deviceToken: known.deviceToken };
  }
  const deviceId = makeId();
  const secret = makeSecret(random);
  const device: DeviceRecord = {
    id: deviceId,
    userId,
    secretHash: keyedHash(keyring, { label: DEVICE_SECRET, value: secret }),
    userAgent: caller.userAgent,
    firstSeenAt: now,
    lastSeenAt: now,
    trustedUntil: null,
  };
  await unit.devices.insert(device, MAX_PER_USER);
  return { deviceId, deviceToken: encodeDeviceToken({ deviceId, secret }) };
}
