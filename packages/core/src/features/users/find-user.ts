import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { UserRecord } from '../../ports/store/users.js';

/** Reads the user from the store. Fails with `NOT_FOUND`. */
export async function findUser({ store }: Context, id: string): Promise<UserRecord> {
  const user = await store.users.find(id);
  if (user === null) throw new AuthError('NOT_FOUND');
  return user;
}
