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

/** Whether any role has it: what nobody has is a misspelt name. */
export function isGrantedAtAll({ settings }: Context, permission: string): boolean {
  return Object.values(settings.permissions).flat().some((grant) => covers(grant, permission));
}

/** The colon stays with what is compared, so that `post:*` is not had for `posts:write`. */
function covers(grant: string, permission: string): boolean {
  return grant === permission || (grant.endsWith(':*') && permission.startsWith(grant.slice(0, -1)));
}
