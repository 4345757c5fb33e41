import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import type { Session } from '../../model/session.js';
import type { User } from '../../model/user.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TrailEvent } from '../audit/schema.js';
import type { Device } from '../devices/schema.js';
import type { ExportedFactor, ExportedIdentity, ExportedMessage, ExportedPasskey, ExportedSession, ExportedToken } from './exported-records.js';

/** All data about a person, except secrets, their hashes, and the lists of `ExportLists`. Times are ISO 8601 UTC. */
export interface ExportData<Profile = unknown> {
  readonly exportedAt: string;
  readonly user: User<Profile> & {
    readonly phone: string | null;
    readonly emailVerifiedAt: string | null;
    readonly phoneVerifiedAt: string | null;
    readonly passwordChangedAt: string | null;
    readonly twoFactorEnabledAt: string | null;
    readonly disabledAt: string | null;
    /** The stored profile, also if no profile is configured any longer. */
    readonly storedProfile: UserRecord['profile'];
  };
  readonly sessions: readonly (Session & ExportedSession)[];
  readonly devices: readonly Device[];
  readonly factors: readonly ExportedFactor[];
  readonly passkeys: readonly ExportedPasskey[];
  readonly backupCodesRemaining: number;
  readonly identities: readonly ExportedIdentity[];
  readonly oneTimeTokens: readonly ExportedToken[];
  readonly messages: readonly ExportedMessage[];
}

/** The lists of unbounded length. */
export interface ExportLists {
  /** The events about the account. */
  readonly events: readonly TrailEvent[];
  /**
   * What the person did to others' accounts, and from where. The other users are not named: their ids are not this
   * person's data.
   */
  readonly deeds: readonly Omit<TrailEvent, 'userId' | 'detail'>[];
}

const isObject = (value: unknown): boolean => typeof value === 'object';

export const exportData: Schema<ExportData> = v.custom<ExportData>(isObject);
export const exportLists: Schema<ExportLists> = v.custom<ExportLists>(isObject);
