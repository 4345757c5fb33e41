import type { SessionState } from '../../model/session-state.js';
import type { Context } from '../../context.js';
import { toDevice } from './schema.js';
import type { DevicesData } from './schema.js';

/** The devices that have logged the user in, most recently seen first. */
export async function listDevices(
  { store }: Context,
  { user, session }: SessionState,
): Promise<DevicesData> {
  const devices = await store.devices.list(user.id);
  return { devices: devices.map((record) => toDevice(record, session.deviceId)) };
}
