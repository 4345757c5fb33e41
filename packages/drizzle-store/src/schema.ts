import type {
  BackupCodeRecord,
  DeviceRecord,
  FactorRecord,
  IdentityRecord,
  OneTimeTokenRecord,
  OutboxRecord,
  PendingAnonymization,
  PasskeyRecord,
  SessionRecord,
  UserRecord,
} from '@sallyport/core';
import { anonymizationsTable } from './tables/anonymizations.js';
import { type AttemptRow, attemptsTable } from './tables/attempts.js';
import { backupCodesTable } from './tables/backup-codes.js';
import { type HitRow, countersTable } from './tables/counters.js';
import { devicesTable } from './tables/devices.js';
import { type EventRow, eventsTable } from './tables/events.js';
import { factorsTable } from './tables/factors.js';
import { identitiesTable } from './tables/identities.js';
import { oneTimeTokensTable } from './tables/one-time-tokens.js';
import { outboxTable } from './tables/outbox.js';
import { passkeysTable } from './tables/passkeys.js';
import { type RateLimitRow, rateLimitsTable } from './tables/rate-limits.js';
import { sessionsTable } from './tables/sessions.js';
import type { TableOf } from './tables/table-of.js';
import { usersTable } from './tables/users.js';

/**
 * Every table of the store. Ids are ULIDs, so that their order is the order in which rows were made. Times are
 * milliseconds since the epoch.
 */
export interface SqliteSchema {
  readonly users: TableOf<UserRecord>;
  readonly sessions: TableOf<SessionRecord>;
  readonly devices: TableOf<DeviceRecord>;
  readonly factors: TableOf<FactorRecord>;
  readonly backupCodes: TableOf<BackupCodeRecord>;
  readonly passkeys: TableOf<PasskeyRecord>;
  readonly identities: TableOf<IdentityRecord>;
  readonly oneTimeTokens: TableOf<OneTimeTokenRecord>;
  readonly counters: TableOf<HitRow>;
  readonly attempts: TableOf<AttemptRow>;
  readonly rateLimits: TableOf<RateLimitRow>;
  readonly outbox: TableOf<OutboxRecord>;
  readonly events: TableOf<EventRow>;
  readonly anonymizations: TableOf<PendingAnonymization>;
}

const schemas = new Map<string, SqliteSchema>();

/** The tables under names that begin with `prefix`. */
export function createSchema(prefix: string): SqliteSchema {
  const known = schemas.get(prefix);
  if (known !== undefined) return known;
  const schema = defineTables(prefix);
  schemas.set(prefix, schema);
  return schema;
}

function defineTables(prefix: string): SqliteSchema {
  const users = usersTable(prefix);
  return {
    users,
    sessions: sessionsTable(prefix, users),
    devices: devicesTable(prefix, users),
    factors: factorsTable(prefix, users),
    backupCodes: backupCodesTable(prefix, users),
    passkeys: passkeysTable(prefix, users),
    identities: identitiesTable(prefix, users),
    oneTimeTokens: oneTimeTokensTable(prefix, users),
    counters: countersTable(prefix),
    attempts: attemptsTable(prefix),
    rateLimits: rateLimitsTable(prefix),
    outbox: outboxTable(prefix, users),
    events: eventsTable(prefix),
    anonymizations: anonymizationsTable(prefix),
  };
}
