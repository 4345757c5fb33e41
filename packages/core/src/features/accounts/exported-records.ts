import { isoTime } from '../../foundation/iso-time.js';
import type { EventRecord } from '../../ports/store/events.js';
import type { FactorMethod, FactorRecord } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord, TokenPurpose } from '../../ports/store/one-time-tokens.js';
import type { PasskeyRecord } from '../../ports/store/passkeys.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TrailEvent } from '../audit/schema.js';
import { toPasskey, type Passkey } from '../passkeys/schema.js';
import type { IdentityRecord } from '../../ports/store/identities.js';
import { toIdentity, type Identity } from '../providers/schema.js';
import { destinationOf } from '../two-factor/factor-delivery.js';
import type { OutboxRecord } from '../../ports/store/outbox.js';
import type { RevokeReason, SessionRecord } from '../../ports/store/sessions.js';

/** A second factor, or its pending set-up (`confirmedAt` is `null`), without its secret. */
export interface ExportedFactor {
  readonly method: FactorMethod;
  /** Where its codes are sent. */
  readonly destination: string | null;
  readonly createdAt: string;
  readonly confirmedAt: string | null;
}

/** A passkey without its public key, which is not data about the person. */
export interface ExportedPasskey extends Passkey {
  /** The model of the authenticator; zeros if the authenticator does not tell. */
  readonly aaguid: string;
  /** The id by which the authenticator knows the account. */
  readonly userHandle: string;
}

/** A link or code that was made for the person. `payload` holds its purpose, without sealed values. */
export interface ExportedToken {
  readonly purpose: TokenPurpose;
  readonly payload: OneTimeTokenRecord['payload'];
  readonly attempts: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly consumedAt: string | null;
}

/** A mail or text message to the person. Its content is sealed, and deleted once the message is sent. */
export interface ExportedMessage {
  readonly kind: string;
  readonly attempts: number;
  readonly createdAt: string;
  readonly sentAt: string | null;
  readonly givenUpAt: string | null;
}

/** An account at a provider that gives access to the person's account. */
export interface ExportedIdentity extends Identity {
  readonly issuer: string;
  readonly subject: string;
  /** Whether the provider's own tokens are stored. */
  readonly keepsTokens: boolean;
}

/** The fields of a session that its owner does not see in the list of sessions. */
export interface ExportedSession {
  readonly expiresAt: string;
  readonly endedAt: string | null;
  readonly endedBy: RevokeReason | null;
  readonly authenticatedAt: string;
  readonly amr: readonly string[];
}

export function exportSession(record: SessionRecord): ExportedSession {
  return {
    expiresAt: isoTime(record.expiresAt),
    endedAt: timeOf(record.revokedAt),
    endedBy: record.revokeReason,
    authenticatedAt: isoTime(record.authenticatedAt),
    amr: record.amr,
  };
}

export function exportFactor(user: UserRecord, factor: FactorRecord): ExportedFactor {
  const { method, createdAt, confirmedAt } = factor;
  return { method, destination: destinationOf(user, factor), createdAt: isoTime(createdAt), confirmedAt: timeOf(confirmedAt) };
}

export function exportPasskey(passkey: PasskeyRecord): ExportedPasskey {
  const { aaguid, userHandle } = passkey;
  return { ...toPasskey(passkey), aaguid, userHandle };
}

export function exportToken({ purpose, payload: { device: _device, registration: _registration, browser: _browser, sealed: _sealed, ...payload }, attempts, createdAt, expiresAt, consumedAt }: OneTimeTokenRecord): ExportedToken {
  const times = { createdAt: isoTime(createdAt), expiresAt: isoTime(expiresAt), consumedAt: timeOf(consumedAt) };
  return { purpose, payload, attempts, ...times };
}

export function exportIdentity(record: IdentityRecord): ExportedIdentity {
  const { issuer, subject, sealedTokens } = record;
  return { ...toIdentity(record), issuer, subject, keepsTokens: sealedTokens !== null };
}

export function exportMessage({ kind, attempts, createdAt, sentAt, deadAt }: OutboxRecord): ExportedMessage {
  return { kind, attempts, createdAt: isoTime(createdAt), sentAt: timeOf(sentAt), givenUpAt: timeOf(deadAt) };
}

export function timeOf(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}

/** What the person did to another account, which is not named. */
export function exportAction({ userId: _, detail: __, at, lastAt, ...event }: EventRecord): Omit<TrailEvent, 'userId' | 'detail'> {
  return { ...event, at: isoTime(at), lastAt: timeOf(lastAt) };
}
