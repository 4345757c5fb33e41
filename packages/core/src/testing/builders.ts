import { monotonicFactory } from 'ulid';
import { nameFields } from '../features/accounts/search-text.js';
import type { DeviceRecord } from '../ports/store/devices.js';
import type { EventRecord } from '../ports/store/events.js';
import type { BackupCodeRecord, FactorRecord } from '../ports/store/factors.js';
import type { IdentityRecord } from '../ports/store/identities.js';
import type { OneTimeTokenRecord } from '../ports/store/one-time-tokens.js';
import type { OutboxRecord } from '../ports/store/outbox.js';
import type { PasskeyRecord } from '../ports/store/passkeys.js';
import type { SessionRecord } from '../ports/store/sessions.js';
import type { UserRecord } from '../ports/store/users.js';

/** The time at which built records begin: the first of 2026, UTC. */
export const BUILT_AT: number = Date.UTC(2026, 0, 1);

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** Ids increase, so records are listed in the order in which they were built. */
const nextId = monotonicFactory();

/** An ordinary user with a unique email. */
export function aUser(fields: Partial<UserRecord> = {}): UserRecord {
  const id = nextId();
  return {
    id,
    email: `${id.toLowerCase()}@example.com`,
    emailVerifiedAt: null,
    username: null,
    ...nameFields(fields.name ?? 'Ada Lovelace'),
    role: 'user',
    passwordHash: `hash of ${id}`,
    passwordChangedAt: BUILT_AT,
    phone: null,
    phoneVerifiedAt: null,
    twoFactorEnabledAt: null,
    disabledAt: null,
    securityVersion: 1,
    createdAt: BUILT_AT,
    updatedAt: BUILT_AT,
    lastLoginAt: null,
    profile: null,
    ...fields,
  };
}

/** A session begun at `BUILT_AT`, which expires after 7 days of no use and after 30 days in any case. */
export function aSession(fields: Partial<SessionRecord> & Pick<SessionRecord, 'userId'>): SessionRecord {
  return {
    id: nextId(),
    deviceId: null,
    refreshCounter: 0,
    refreshSalt: 'c2FsdA',
    rotatedAt: null,
    createdAt: BUILT_AT,
    lastUsedAt: BUILT_AT,
    idleExpiresAt: BUILT_AT + 7 * DAY_MS,
    expiresAt: BUILT_AT + 30 * DAY_MS,
    revokedAt: null,
    revokeReason: null,
    authenticatedAt: BUILT_AT,
    amr: ['pwd'],
    aal: 1,
    ip: '192.0.2.1',
    userAgent: 'a browser',
    ...fields,
  };
}

export function aDevice(fields: Partial<DeviceRecord> & Pick<DeviceRecord, 'userId'>): DeviceRecord {
  return {
    id: nextId(),
    secretHash: 'hash of a device secret',
    userAgent: 'a browser',
    firstSeenAt: BUILT_AT,
    lastSeenAt: BUILT_AT,
    trustedUntil: null,
    ...fields,
  };
}

/** The set-up of an authenticator app, begun at `BUILT_AT`. */
export function aFactor(fields: Partial<FactorRecord> & Pick<FactorRecord, 'userId'>): FactorRecord {
  return {
    id: nextId(),
    method: 'totp',
    sealedSecret: 'a sealed secret',
    destination: null,
    sessionId: nextId(),
    createdAt: BUILT_AT,
    confirmedAt: null,
    lastStep: null,
    ...fields,
  };
}

export function aBackupCode(fields: Partial<BackupCodeRecord> & Pick<BackupCodeRecord, 'userId'>): BackupCodeRecord {
  const id = nextId();
  return { id, codeHash: `hash of backup code ${id}`, usedAt: null, ...fields };
}

/** A passkey of an authenticator that counts, registered at `BUILT_AT` and not used yet. */
export function aPasskey(fields: Partial<PasskeyRecord> & Pick<PasskeyRecord, 'userId'>): PasskeyRecord {
  const id = nextId();
  return {
    id,
    credentialId: `credential-${id}`,
    publicKey: 'a-public-key',
    userHandle: `handle-${id}`,
    aaguid: '00000000-0000-0000-0000-000000000000',
    name: 'a passkey',
    counter: 1,
    transports: ['internal'],
    backedUp: false,
    createdAt: BUILT_AT,
    lastUsedAt: null,
    ...fields,
  };
}

/** An identity at a provider, with a unique subject. */
export function anIdentity(fields: Partial<IdentityRecord> & Pick<IdentityRecord, 'userId'>): IdentityRecord {
  const id = nextId();
  return {
    id,
    provider: 'example',
    issuer: 'https://provider.example',
    subject: `subject of ${id}`,
    email: 'ada@example.com',
    sealedTokens: null,
    linkedAt: BUILT_AT,
    lastUsedAt: BUILT_AT,
    ...fields,
  };
}

/** A password reset token that is valid for an hour from `BUILT_AT`. */
export function aOneTimeToken(
  fields: Partial<OneTimeTokenRecord> & Pick<OneTimeTokenRecord, 'userId'>,
): OneTimeTokenRecord {
  const id = nextId();
  return {
    id,
    purpose: 'password-reset',
    secretHash: `hash of token ${id}`,
    subjectId: null,
    code: null,
    payload: {},
    attempts: 0,
    createdAt: BUILT_AT,
    expiresAt: BUILT_AT + HOUR_MS,
    consumedAt: null,
    ...fields,
  };
}

/** A message without a user, due at `BUILT_AT`. */
export function aMessage(fields: Partial<OutboxRecord> = {}): OutboxRecord {
  return {
    id: nextId(),
    userId: null,
    kind: 'security-notice',
    sealedMessage: 'a sealed message',
    createdAt: BUILT_AT,
    attempts: 0,
    nextAttemptAt: BUILT_AT,
    leasedUntil: null,
    sentAt: null,
    deadAt: null,
    ...fields,
  };
}

export function anEvent(fields: Partial<EventRecord> = {}): EventRecord {
  return {
    id: nextId(),
    at: BUILT_AT,
    type: 'login',
    outcome: 'success',
    userId: null,
    actorId: null,
    sessionId: null,
    ip: '192.0.2.1',
    userAgent: 'a browser',
    detail: null,
    count: 1,
    lastAt: null,
    ...fields,
  };
}
