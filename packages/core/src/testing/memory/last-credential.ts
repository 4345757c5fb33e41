import type { Tables } from './tables.js';

/**
 * Whether the user can log in by nothing but the credential with this id. Whatever else a user can log in by for good is counted
 * here: one rule for the removal of any credential.
 */
export function isLastCredential(tables: Tables, { id, userId }: { readonly id: string; readonly userId: string }): boolean {
  const hasPassword = (tables.users.get(userId)?.passwordHash ?? null) !== null;
  const credentials = [...tables.passkeys.by('userId', userId), ...tables.identities.by('userId', userId)];
  return !hasPassword && !credentials.some((credential) => credential.id !== id);
}
