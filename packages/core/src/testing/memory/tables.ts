import type { DeviceRecord } from '../../ports/store/devices.js';
import type { EventRecord } from '../../ports/store/events.js';
import type { BackupCodeRecord, FactorRecord } from '../../ports/store/factors.js';
import type { IdentityRecord } from '../../ports/store/identities.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { OutboxRecord } from '../../ports/store/outbox.js';
import type { PasskeyRecord } from '../../ports/store/passkeys.js';
import type { SessionRecord } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { createRows, type Rows } from './rows.js';
import type { UndoLog } from './undo-log.js';

/** A counted hit. */
export interface HitRecord {
  readonly id: string;
  readonly key: string;
  readonly at: number;
  /** When the last window that includes it ends; `null`: never. */
  readonly expiresAt: number | null;
}

/** Consecutive attempts. The key is the id. */
export interface AttemptRecord {
  readonly id: string;
  readonly userId: string | null;
  readonly count: number;
  readonly retryAt: number;
  /** When the first attempt was refused in this wait. */
  readonly refusedAt: number | null;
  readonly expiresAt: number;
}

/** When all hits of the key have expired. The key is the id. */
export interface RateLimitRecord {
  readonly id: string;
  readonly fullAt: number;
}

/** An event, with the key that a refusal is counted under. */
export interface EventRow extends EventRecord {
  readonly refusalKey: string | null;
}

/** A request to anonymize events. The id is that of the removed user. */
export interface AnonymizationRecord {
  readonly id: string;
  readonly requestedAt: number;
}

export interface Tables {
  readonly users: Rows<UserRecord, 'email' | 'username' | 'role'>;
  readonly sessions: Rows<SessionRecord, 'userId'>;
  readonly devices: Rows<DeviceRecord, 'userId'>;
  readonly factors: Rows<FactorRecord, 'userId'>;
  readonly backupCodes: Rows<BackupCodeRecord, 'userId'>;
  readonly passkeys: Rows<PasskeyRecord, 'userId' | 'credentialId'>;
  readonly identities: Rows<IdentityRecord, 'userId' | 'subject'>;
  readonly oneTimeTokens: Rows<OneTimeTokenRecord, 'userId' | 'secretHash'>;
  readonly counters: Rows<HitRecord, 'key'>;
  readonly attempts: Rows<AttemptRecord, 'userId'>;
  readonly rateLimits: Rows<RateLimitRecord, never>;
  readonly outbox: Rows<OutboxRecord, 'userId'>;
  readonly events: Rows<EventRow, 'userId' | 'actorId' | 'refusalKey'>;
  readonly anonymizations: Rows<AnonymizationRecord, never>;
}

export function createTables(log: UndoLog): Tables {
  return {
    users: createRows(log, {
      email: (user) => user.email,
      username: (user) => user.username,
      role: (user) => user.role,
    }),
    sessions: createRows(log, { userId: (session) => session.userId }),
    devices: createRows(log, { userId: (device) => device.userId }),
    factors: createRows(log, { userId: (factor) => factor.userId }),
    backupCodes: createRows(log, { userId: (code) => code.userId }),
    passkeys: createRows(log, { userId: (passkey) => passkey.userId, credentialId: (passkey) => passkey.credentialId }),
    identities: createRows<IdentityRecord, 'userId' | 'subject'>(log, { userId: (identity) => identity.userId, subject: subjectKey }),
    oneTimeTokens: createRows(log, { userId: (token) => token.userId, secretHash: (token) => token.secretHash }),
    counters: createRows(log, { key: (hit) => hit.key }),
    attempts: createRows(log, { userId: (attempt) => attempt.userId }),
    rateLimits: createRows<RateLimitRecord, never>(log, {}),
    outbox: createRows(log, { userId: (message) => message.userId }),
    events: createRows(log, { userId: (event) => event.userId, actorId: (event) => event.actorId, refusalKey: (event) => event.refusalKey }),
    anonymizations: createRows<AnonymizationRecord, never>(log, {}),
  };
}

/** How each table is copied. It does not compile if a table is missing. */
const COPIES: { readonly [Name in keyof Tables]: (from: Tables, to: Tables) => void } = {
  users: (from, to) => from.users.copyTo(to.users),
  sessions: (from, to) => from.sessions.copyTo(to.sessions),
  devices: (from, to) => from.devices.copyTo(to.devices),
  factors: (from, to) => from.factors.copyTo(to.factors),
  backupCodes: (from, to) => from.backupCodes.copyTo(to.backupCodes),
  passkeys: (from, to) => from.passkeys.copyTo(to.passkeys),
  identities: (from, to) => from.identities.copyTo(to.identities),
  oneTimeTokens: (from, to) => from.oneTimeTokens.copyTo(to.oneTimeTokens),
  counters: (from, to) => from.counters.copyTo(to.counters),
  attempts: (from, to) => from.attempts.copyTo(to.attempts),
  rateLimits: (from, to) => from.rateLimits.copyTo(to.rateLimits),
  outbox: (from, to) => from.outbox.copyTo(to.outbox),
  events: (from, to) => from.events.copyTo(to.events),
  anonymizations: (from, to) => from.anonymizations.copyTo(to.anonymizations),
};

export function copyTables(from: Tables, to: Tables): void {
  for (const copy of Object.values(COPIES)) copy(from, to);
}

/** The key of the unique index of issuer and subject. */
export function subjectKey({ issuer, subject }: Pick<IdentityRecord, 'issuer' | 'subject'>): string {
  return JSON.stringify([issuer, subject]);
}

/** Acts as the foreign key of a database: a row cannot belong to a user who does not exist. */
export function requireUser(tables: Tables, userId: string): void {
  if (tables.users.get(userId) === undefined) throw new Error('The user does not exist');
}
