import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';

/**
 * Whether the password is the user's. Without a user, or for a user without a password, a dummy is verified instead: a faster
 * answer would tell who has an account (security.md L1).
 */
export async function verifyPassword(
  { hasher }: Context,
  { user, password, caller }: { readonly user: UserRecord | null; readonly password: string; readonly caller: Caller },
): Promise<boolean> {
  const hash = user?.passwordHash ?? null;
  const matches = await hasher.verify({ password, hash: hash ?? (await hasher.dummyHash()), caller });
  return hash !== null && matches;
}
