import type { AuthStore } from '../../ports/store/store.js';
import type { DeviceRecord } from '../../ports/store/devices.js';
import type { FactorRecord } from '../../ports/store/factors.js';
import type { IdentityRecord } from '../../ports/store/identities.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { OutboxRecord } from '../../ports/store/outbox.js';
import type { PasskeyRecord } from '../../ports/store/passkeys.js';
import type { SessionRecord } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { aDevice, aFactor, aMessage, anIdentity, aOneTimeToken, aPasskey, aSession, aUser } from '../builders.js';

/** Declares one test of the contract, with its own store. */
export type Test = (title: string, body: (store: AuthStore) => Promise<void>) => void;

export async function storedUser(store: AuthStore, fields: Partial<UserRecord> = {}): Promise<UserRecord> {
  const user = aUser(fields);
  await store.users.insert(user);
  return user;
}

/** A new, unique id. */
export const anId = (): string => aUser().id;

/** A session of a new user, unless `fields` name one. */
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

/** A set-up, or a factor if `fields` have a time of confirmation. */
export async function storedFactor(store: AuthStore, fields: Partial<FactorRecord> = {}): Promise<FactorRecord> {
  const factor = aFactor({ userId: fields.userId ?? (await storedUser(store)).id, ...fields });
  const { id, confirmedAt, lastStep } = factor;
  await store.factors.begin({ ...factor, confirmedAt: null, lastStep: null });
  if (confirmedAt !== null) await store.factors.confirm(id, confirmedAt, lastStep);
  return factor;
}

export async function storedPasskey(store: AuthStore, fields: Partial<PasskeyRecord> = {}): Promise<PasskeyRecord> {
  const passkey = aPasskey({ userId: fields.userId ?? (await storedUser(store)).id, ...fields });
  await store.passkeys.insert(passkey, 100);
  return passkey;
}

export async function storedIdentity(store: AuthStore, fields: Partial<IdentityRecord> = {}): Promise<IdentityRecord> {
  const identity = anIdentity({ userId: fields.userId ?? (await storedUser(store)).id, ...fields });
  await store.identities.insert(identity, 100);
  return identity;
}

export async function storedToken(
  store: AuthStore,
  fields: Partial<OneTimeTokenRecord> = {},
): Promise<OneTimeTokenRecord> {
  const token = aOneTimeToken({ userId: fields.userId === undefined ? (await storedUser(store)).id : fields.userId, ...fields });
  await store.oneTimeTokens.insert(token);
  return token;
}

export async function storedMessage(store: AuthStore, fields: Partial<OutboxRecord> = {}): Promise<OutboxRecord> {
  const message = aMessage(fields);
  await store.outbox.insert(message);
  return message;
}

/** Makes this many concurrent calls, and returns the outcomes. */
export async function atOnce<T>(times: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => call(index)));
}

export function count<T>(outcomes: readonly T[], wanted: T): number {
  return outcomes.filter((outcome) => outcome === wanted).length;
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export const ids = (records: readonly { readonly id: string }[]): string[] => records.map(({ id }) => id);

/** A promise to wait for, and the function that resolves it. */
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
