import type { Tables } from './tables.js';

/**
 * Whether the credential with this id is the only way for the user to log in. All permanent ways to log in are counted
 * here: the removal of any credential uses this rule.
 */
export function isLastCredential(tables: Tables, { id, userId }: { readonly id: string; readonly userId: string }): boolean {
  const hasPassword = (tables.users.get(userId)?.passwordHash ?? null) !== null;
  const credentials = [...tables.passkeys.by('userId', userId), ...tables.identities.by('userId', userId)];
  return !hasPassword && !credentials.some((credential) => credential.id !== id);
}
