import { hasTwoFactor } from './factor-policy.js';
import * as v from 'valibot';
import type { Schema } from '../foundation/parse.js';
import type { UserRecord } from '../ports/store/users.js';
import { isoTime } from '../foundation/iso-time.js';

/** A user as clients see them: never a hash, secret or token (http-api.md). Times are ISO 8601 UTC. */
export interface User<Profile = unknown> {
  readonly id: string;
  readonly name: string;
  readonly username: string | null;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly role: string;
  readonly twoFactorEnabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastLoginAt: string | null;
  readonly disabled: boolean;
  /**
   * The application's own fields. `null` for an account that was created before the fields existed, or invited without
   * them. Absent if no profile is configured.
   */
  readonly profile: Profile extends undefined ? undefined : Profile | null;
}

/** The configuration decides whether there is a `profile`, and its fields. */
export const userData: Schema<User> = v.strictObject({
  id: v.string(),
  name: v.string(),
  username: v.nullable(v.string()),
  email: v.string(),
  emailVerified: v.boolean(),
  role: v.string(),
  twoFactorEnabled: v.boolean(),
  createdAt: v.string(),
  updatedAt: v.string(),
  lastLoginAt: v.nullable(v.string()),
  disabled: v.boolean(),
  profile: v.unknown(),
});

export interface UserData<Profile = unknown> {
  readonly user: User<Profile>;
}

/** The data of an answer that shows one user. */
export const oneUserData: Schema<UserData> = v.strictObject({ user: userData });

/** Profiles are shown only if the application has configured a schema for them. */
export function toUser({ settings }: { readonly settings: { readonly profile: unknown } }, record: UserRecord): User {
  return {
    id: record.id,
    name: record.name,
    username: record.username,
    email: record.email,
    emailVerified: record.emailVerifiedAt !== null,
    role: record.role,
    twoFactorEnabled: hasTwoFactor(record),
    createdAt: isoTime(record.createdAt),
    updatedAt: isoTime(record.updatedAt),
    lastLoginAt: record.lastLoginAt === null ? null : isoTime(record.lastLoginAt),
    disabled: record.disabledAt !== null,
    profile: settings.profile === undefined ? undefined : record.profile,
  };
}
