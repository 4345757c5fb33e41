import type { Deps } from '../../deps.js';
import type { UserRecord } from '../../ports/store/users.js';
import { canonicalEmail } from '../accounts/canonical-email.js';
import { canonicalUsername } from '../accounts/canonical-username.js';
import type { LoginInput } from './schema.js';

export type LoginName = Pick<LoginInput, 'email' | 'username' | 'identifier'>;

/** The account of this login name, or `null`. `identifier` is an email address where it holds an `@`. */
export async function findAccount(
  { store }: Pick<Deps, 'store'>,
  { email, username, identifier = '' }: LoginName,
): Promise<UserRecord | null> {
  const canonical = identifier.includes('@')
    ? { email: canonicalEmail(identifier), username: null }
    : { email: email ?? null, username: username ?? canonicalUsername(identifier) };
  if (canonical.email !== null) return store.users.findByEmail(canonical.email);
  if (canonical.username !== null) return store.users.findByUsername(canonical.username);
  return null;
}
