import type { Context } from '../../context.js';

export interface PermissionQuestion {
  readonly role: string;
  readonly permission: string;
}

/** Whether the role has this permission. A role that is not configured any more has none. */
export function hasPermission(
  { settings }: Context,
  { role, permission }: PermissionQuestion,
): boolean {
  const granted = Object.hasOwn(settings.permissions, role) ? (settings.permissions[role] ?? []) : [];
  return granted.some((grant) => covers(grant, permission));
}

/**
 * True if a route can ask for this permission: it stands in the table, or is covered by a wildcard beside which no name of its kind
 * stands. Anything else is taken for a misspelt name.
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

/** The colon stays with what is compared, so that `post:*` is not had for `posts:write`. */
function covers(grant: string, permission: string): boolean {
  return grant === permission || (isWildcard(grant) && permission.startsWith(grant.slice(0, -1)));
}
