import * as v from 'valibot';
import { trimLineEnd } from '../../foundation/line-end.js';
import { duration, type Duration } from '../../foundation/duration.js';
import type { Schema } from '../../foundation/parse.js';
import { ADMIN_ROLE } from '../../model/roles.js';

export interface RegistrationOptions<Role extends string = string> {
  /** Whether anyone may register. Default `true`. */
  readonly enabled?: boolean | undefined;
  /** Default `['user', 'admin']`. */
  readonly roles?: readonly Role[] | undefined;
  /** The role given when registration names none. Default `'user'`. */
  readonly defaultRole?: NoInfer<Role> | undefined;
  /**
   * Required by `POST /register` with a role other than the default, and by `POST /admin-login`. At least 12
   * characters. Without it both are off.
   */
  readonly adminPassword?: string | undefined;
  /** Whether login requires a verified email address. Default `false`. */
  readonly requireVerifiedEmail?: boolean | undefined;
  /**
   * Whether `POST /register` answers the same for a taken address as for a new one. The owner of a taken address gets a
   * mail instead. A new account then gets its password and username only when its address is verified, so that neither
   * a login nor the username tells that the address was new. Default `false`.
   */
  readonly concealExisting?: boolean | undefined;
  /**
   * Age after which an account is removed if its address was never verified and it never logged in, so that address and
   * username are free again. At least an hour. `auth.maintain()` removes them. Default: never.
   */
  readonly unverifiedTtl?: Duration | undefined;
}

export interface RegistrationSettings {
  readonly enabled: boolean;
  readonly roles: readonly string[];
  readonly defaultRole: string;
  readonly adminPassword: string | undefined;
  readonly requireVerifiedEmail: boolean;
  readonly concealExisting: boolean;
  readonly unverifiedTtl: number | undefined;
}

const role = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9, _ and -'));

export const registrationOptions: Schema<RegistrationSettings> = v.pipe(
  v.strictObject({
    enabled: v.optional(v.boolean(), true),
    roles: v.optional(v.pipe(v.array(role), v.minLength(1, 'must name a role')), ['user', ADMIN_ROLE]),
    defaultRole: v.optional(role, 'user'),
    adminPassword: v.optional(v.pipe(v.string(), v.transform(trimLineEnd), v.minLength(12, 'must be at least 12 characters'))),
    requireVerifiedEmail: v.optional(v.boolean(), false),
    concealExisting: v.optional(v.boolean(), false),
    unverifiedTtl: v.optional(duration(60 * 60_000)),
  }),
  v.check(({ roles, defaultRole }) => roles.includes(defaultRole), 'defaultRole must be one of roles'),
  v.check(({ defaultRole }) => defaultRole !== ADMIN_ROLE, 'defaultRole must not be admin: everybody gets it'),
  v.transform(({ adminPassword, unverifiedTtl, ...rest }) => ({ ...rest, adminPassword, unverifiedTtl })),
);
