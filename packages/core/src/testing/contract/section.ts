import type { AuthStore } from '../../ports/store/store.js';
import type { DeviceRecord } from '../../ports/store/devices.js';
import type { SessionRecord } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { aDevice, aSession, aUser } from '../builders.js';

/** Declares one test of the contract, with a store of its own. */
export type Test = (title: string, body: (store: AuthStore) => Promise<void>) => void;

export async function storedUser(store: AuthStore, fields: Partial<UserRecord> = {}): Promise<UserRecord> {
  const user = aUser(fields);
  await store.users.insert(user);
  return user;
}

/** An id that nobody has yet. */
export const anId = (): string => aUser().id;

/** A session of a user of its own, unless `fields` name one. */
export async function storedSession(store: AuthStore, fields: Partial<SessionRecord> = {}): Promise<SessionRecord> {
  const session = aSession({ userId: fields.userId ?? (await storedUser(store)).id, ...fields });
  await store.sessions.insert(session);
  return session;
}

export async function storedDevice(store: AuthStore, fields: Partial<DeviceRecord> = {}): Promise<DeviceRecord> {
  const device = aDevice({ userId: fields.userId ?? (await storedUser(store)).id, ...fields });
  await store.devices.insert(device, 100);
  return device;
}

/** Calls as many times as said without waiting in between, and gives the outcomes. */
export async function atOnce<T>(times: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => call(index)));
}

export function count<T>(outcomes: readonly T[], wanted: T): number {
  return outcomes.filter((outcome) => outcome === wanted).length;
}

export const ids = (records: readonly { readonly id: string }[]): string[] => records.map(({ id }) => id);

/** Something to wait for until somebody opens it. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
