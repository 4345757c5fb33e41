import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';

/**
 * Whether the password is the user's. Where there is no user, or one without a password, a dummy is verified instead:
 * an answer that comes sooner would tell who has an account (security.md L1).
 */
export async function verifyPassword(
  { hasher }: Context,
  { user, password, caller }: { readonly user: UserRecord | null; readonly password: string; readonly caller: Caller },
): Promise<boolean> {
  const hash = user?.passwordHash ?? null;
  const matches = await hasher.verify({ password, hash: hash ?? (await hasher.dummyHash()), caller });
  return hash !== null && matches;
}
