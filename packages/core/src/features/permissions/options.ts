import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

/** What each role may do: names such as `posts:write`, or `posts:*` for every name that begins with `posts:`. */
export type Permissions = Readonly<Record<string, readonly string[]>>;

/** The schema of the table. Each unknown role is a fault. */
export type PermissionsOf<Role extends string, Table extends Permissions> = Table & {
  readonly [Unknown in Exclude<keyof Table, NoInfer<Role>>]: 'is not one of registration.roles';
};

/**
 * The permissions that a route may require if roles have these ones. `users:*` allows any name such as `users:invite`; once a role
 * has a name with that prefix, only the names in the table are allowed, so that a misspelt one does not compile.
 */
export type PermissionQuery<Permission extends string> = QueryOf<Permission, Exclude<Permission, `${string}:*`>>;

type QueryOf<Permission extends string, Named extends string> = Permission extends `${infer Resource}:*`
  ? [Extract<Named, `${Resource}:${string}`>] extends [never]
    ? `${Resource}:${string}`
    : Permission
  : Permission;

const MAX_LENGTH = 100;
const NAME = /^[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*)*:(\*|[a-z][a-z0-9_-]*)$/;

/** Parts in lower case, separated by colons; the last may be `*`. */
export const permissionName: Schema<string> = v.pipe(
  v.string(),
  v.check((name) => name.length <= MAX_LENGTH && NAME.test(name), 'must be a permission such as posts:write or posts:*'),
);

export const permissionOptions: Schema<Permissions> = v.record(v.string(), v.array(permissionName));

/** The unknown roles of the table. */
export function unknownRoles(permissions: Permissions, roles: readonly string[]): readonly string[] {
  return Object.keys(permissions).filter((role) => !roles.includes(role));
}
