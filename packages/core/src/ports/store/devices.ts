/** A browser or app from which a user has logged in. */
export interface DeviceRecord {
  readonly id: string;
  readonly userId: string;
  readonly secretHash: string;
  readonly userAgent: string | null;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** Until when the device is not asked for the second factor. */
  readonly trustedUntil: number | null;
}

export interface DeviceStore {
  /** Adds the device, and deletes the user's least recently seen ones above the newest `keep`. */
  insert(device: DeviceRecord, keep: number): Promise<void>;
  find(id: string): Promise<DeviceRecord | null>;
  /** Most recently seen first. */
  list(userId: string): Promise<readonly DeviceRecord[]>;
  /** Sets `lastSeenAt` and `userAgent`; returns whether the device still existed. */
  touch(id: string, at: number, userAgent: string | null): Promise<boolean>;
  /** Sets `trustedUntil`; returns whether the device still existed. */
  trust(id: string, until: number): Promise<boolean>;
  /** Ends the trust in every device of the user. */
  distrustAll(userId: string): Promise<void>;
  /** Removes the device if it is the user's; returns whether this call did. */
  remove(id: string, userId: string): Promise<boolean>;
}
