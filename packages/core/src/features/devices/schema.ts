import * as v from 'valibot';
import { isoTime } from '../../foundation/iso-time.js';
import type { Schema } from '../../foundation/parse.js';
import type { DeviceRecord } from '../../ports/store/devices.js';

/** A browser or app that has logged in. Times are ISO 8601 UTC. */
export interface Device {
  readonly id: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly userAgent: string | null;
  /** Until when the device is not asked for the second factor. */
  readonly trustedUntil: string | null;
  /** Whether the session of this request began on this device. */
  readonly current: boolean;
}

const deviceData: Schema<Device> = v.strictObject({
  id: v.string(),
  firstSeenAt: v.string(),
  lastSeenAt: v.string(),
  userAgent: v.nullable(v.string()),
  trustedUntil: v.nullable(v.string()),
  current: v.boolean(),
});

export interface DevicesData {
  readonly devices: readonly Device[];
}

export const devicesData: Schema<DevicesData> = v.strictObject({ devices: v.array(deviceData) });

export function toDevice(record: DeviceRecord, currentId: string | null): Device {
  return {
    id: record.id,
    firstSeenAt: isoTime(record.firstSeenAt),
    lastSeenAt: isoTime(record.lastSeenAt),
    userAgent: record.userAgent,
    trustedUntil: record.trustedUntil === null ? null : isoTime(record.trustedUntil),
    current: record.id === currentId,
  };
}
