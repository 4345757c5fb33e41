import type { Context } from '../context.js';
import * as v from 'valibot';
import { duration, type Duration } from '../foundation/duration.js';
import { ConfigError, type Issue } from '../errors.js';
import { isKnownPermission } from '../features/permissions/has-permission.js';
import { permissionName, type PermissionQuery } from '../features/permissions/options.js';
import { parse } from '../foundation/parse.js';
import type { AccessRule } from '../http/access.js';

/** What a route of the application requires. Default: a live session. */
export interface AccessOptions<Role extends string = string, Permission extends string = string> {
  /** One of these roles. */
  readonly roles?: readonly Role[] | undefined;
  /** The user's role has this permission. */
  readonly permission?: PermissionQuery<Permission> | undefined;
  /** `2`: a second factor passed in this session. */
  readonly aal?: 1 | 2 | undefined;
  /** Maximum age of the last proof of a credential, in milliseconds or with a unit: `'5m'`. */
  readonly maxAge?: Duration | undefined;
  /** `true`: requests without a session are allowed too. Cannot be combined with other options. Default `false`. */
  readonly optional?: boolean | undefined;
}

const accessOptions = v.pipe(
  v.strictObject({
    roles: v.optional(v.pipe(v.array(v.string()), v.minLength(1, 'must name a role'))),
    permission: v.optional(permissionName),
    aal: v.optional(v.picklist([1, 2])),
    maxAge: v.optional(duration(1)),
    optional: v.optional(v.boolean(), false),
  }),
  v.forward(
    v.check(({ optional, ...others }) => !optional || Object.values(others).every((value) => value === undefined), 'goes with no other option'),
    ['optional'],
  ),
);

/**
 * The rule for `auth.guard`. Throws `ConfigError`: a route with a misspelt rule must not start, let alone unguarded.
 */
export function accessRule(context: Context, options: AccessOptions): AccessRule {
  const parsed = parse(accessOptions, options);
  if (!parsed.ok) throw refuse(parsed.issues);
  const { roles, permission, aal, maxAge, optional } = parsed.value;
  const unknown = [...unknownRoles(context, roles ?? []), ...unknownPermission(context, permission)];
  if (unknown.length > 0) throw refuse(unknown);
  return Object.freeze({ roles, permission, aal, maxAgeMs: maxAge, optional });
}

function unknownRoles({ settings }: Context, roles: readonly string[]): Issue[] {
  return roles.flatMap((role, index) =>
    settings.registration.roles.includes(role) ? [] : [{ path: `roles.${index}`, message: 'is not one of registration.roles' }],
  );
}

function unknownPermission(context: Context, permission: string | undefined): Issue[] {
  if (permission === undefined || isKnownPermission(context, permission)) return [];
  return [{ path: 'permission', message: 'is held by no role in permissions' }];
}

function refuse(issues: readonly Issue[]): ConfigError {
  return new ConfigError(issues, 'This access rule cannot be used');
}
