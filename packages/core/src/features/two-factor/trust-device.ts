import { settingsOf } from '../../http/optional-feature.js';
import type { SessionRecord } from '../../ports/store/sessions.js';
import type { TransactionContext } from '../../unit-of-work.js';

/** Trusts the device of the session: until the trust expires, it is not asked for the second factor (security.md M7). */
export async function trustDevice(tx: TransactionContext, { deviceId }: SessionRecord): Promise<void> {
  if (deviceId === null) return;
  await tx.unit.devices.trust(deviceId, tx.clock.now() + settingsOf(tx, 'twoFactor').trustedDeviceTtl);
}
