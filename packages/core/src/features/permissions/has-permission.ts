import type { Context } from '../../context.js';

export interface PermissionQuestion {
  readonly role: string;
  readonly permission: string;
}

/** Whether the role has this permission. A role that is no longer configured has none. */
export function hasPermission(
  { settings }: Context,
  { role, permission }: PermissionQuestion,
): boolean {
  const granted = Object.hasOwn(settings.permissions, role) ? (settings.permissions[role] ?? []) : [];
  return granted.some((grant) => covers(grant, permission));
}

/**
 * True if a route can require this permission: it is in the table, or it is covered by a wildcard and the table has no name with
 * that prefix. Anything else counts as misspelt.
 */
export function isKnownPermission({ settings }: Context, permission: string): boolean {
  const granted = Object.values(settings.permissions).flat();
  if (granted.includes(permission)) return true;
  const named = granted.filter((grant) => !isWildcard(grant));
  return granted.some((grant) => covers(grant, permission) && !named.some((name) => covers(grant, name)));
}

function isWildcard(grant: string): boolean {
  return grant.endsWith(':*');
}

/** The colon is part of the comparison, so that `post:*` does not cover `posts:write`. */
function covers(grant: string, permission: string): boolean {
  return grant === permission || (isWildcard(grant) && permission.startsWith(grant.slice(0, -1)));
}
