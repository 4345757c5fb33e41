import type { DeviceRecord, DeviceStore } from '../../ports/store/devices.js';
import { requireUser, type Tables } from './tables.js';

export function memoryDevices(tables: Tables): DeviceStore {
  const { devices } = tables;

  // The sort is stable: of devices seen at the same time, the newer stays first.
  const list = (userId: string): DeviceRecord[] =>
    devices.by('userId', userId).toSorted((a, b) => b.lastSeenAt - a.lastSeenAt);

  return {
    async insert(device, keep) {
      requireUser(tables, device.userId);
      devices.add(device);
      for (const { id } of list(device.userId).slice(keep)) devices.delete(id);
    },
    async find(id) {
      return devices.get(id) ?? null;
    },
    async list(userId) {
      return list(userId);
    },
    async touch(id, at, userAgent) {
      const device = devices.get(id);
      if (device === undefined) return false;
      devices.replace({ ...device, lastSeenAt: at, userAgent });
      return true;
    },
    async trust(id, until) {
      const device = devices.get(id);
      if (device === undefined) return false;
      devices.replace({ ...device, trustedUntil: until });
      return true;
    },
    async distrustAll(userId) {
      for (const device of devices.by('userId', userId)) devices.replace({ ...device, trustedUntil: null });
    },
    async remove(id, userId) {
      if (devices.get(id)?.userId !== userId) return false;
      devices.delete(id);
      return true;
    },
  };
}
