import type { Deps } from '../../context.js';
import type { SessionState } from '../../services/session-cache.js';
import { toDevice } from './schema.js';
import type { DevicesData } from './schema.js';

/** The devices that have logged the user in, most recently seen first. */
export async function listDevices(
  { store }: Pick<Deps, 'store'>,
  { user, session }: SessionState,
): Promise<DevicesData> {
  const devices = await store.devices.list(user.id);
  return { devices: devices.map((record) => toDevice(record, session.deviceId)) };
}
