import type { Context } from '../../context.js';
import { allKeyedHashes, keyedHash } from '../../crypto/keyed-hash.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';

const LABEL = 'guess';

/** The key under which guesses are counted together. */
export type AttemptSubject =
  /** Anyone who guesses at a login name, whether or not there is such an account (L1). */
  | { readonly by: 'email' | 'username' | 'identifier'; readonly name: string }
  /** A device that has logged this user in before: the guesses of others do not lock it out. */
  | { readonly by: 'device'; readonly deviceId: string }
  /** A session: its thief must not guess the password without limit, nor lock out the owner's other sessions. */
  | { readonly by: 'session'; readonly sessionId: string }
  /** Anyone who guesses at `registration.adminPassword`: one count for all, since it belongs to no account. */
  | { readonly by: 'admin-password' };

/** Deletes the counts of all guesses at the user's password, also of those made at their names before the account existed. */
export async function forgetGuesses(
  { unit, keyring }: TransactionContext,
  { id, email, username }: UserRecord,
): Promise<void> {
  const names = [
    { by: 'email', name: email },
    ...(username === null ? [] : [{ by: 'username', name: username }]),
  ];
  const keys = names.flatMap(({ by, name }) =>
    allKeyedHashes(keyring, { label: LABEL, value: `${by}:${name}` }).map((hash) => `name:${hash}`),
  );
  await unit.attempts.clear(keys, id);
}

/** Names are hashed, so that the table does not reveal which names were tried or mistyped. */
export function attemptKey({ keyring }: Context, guesser: AttemptSubject): string {
  switch (guesser.by) {
    case 'device':
      return `device:${guesser.deviceId}`;
    case 'session':
      return `session:${guesser.sessionId}`;
    case 'admin-password':
      return guesser.by;
    case 'email':
    case 'username':
    case 'identifier':
      return `name:${keyedHash(keyring, { label: LABEL, value: `${guesser.by}:${guesser.name}` })}`;
  }
}
