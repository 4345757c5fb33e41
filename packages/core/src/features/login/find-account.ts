import type { Context } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';
import { canonicalEmail } from '../accounts/canonical-email.js';
import { canonicalUsername } from '../accounts/canonical-username.js';
import type { LoginInput } from './schema.js';

export type LoginName = Pick<LoginInput, 'email' | 'username' | 'identifier'>;

/** A login name in its canonical form. A name without one, which no account can have, stays as it was typed. */
export interface CanonicalLoginName {
  readonly by: 'email' | 'username' | 'identifier';
  readonly name: string;
}

/** The canonical form of the login name. `identifier` is an email address if it contains an `@`. */
export function canonicalLoginName({ email, username, identifier = '' }: LoginName): CanonicalLoginName {
  if (email !== undefined) return { by: 'email', name: email };
  if (username !== undefined) return { by: 'username', name: username };
  const by = identifier.includes('@') ? 'email' : 'username';
  const name = by === 'email' ? canonicalEmail(identifier) : canonicalUsername(identifier);
  return name === null ? { by: 'identifier', name: identifier } : { by, name };
}

/** The account of this login name, or `null`. */
export async function findAccount(
  { store }: Context,
  { by, name }: CanonicalLoginName,
): Promise<UserRecord | null> {
  switch (by) {
    case 'email':
      return store.users.findByEmail(name);
    case 'username':
      return store.users.findByUsername(name);
    case 'identifier':
      return null;
  }
}
