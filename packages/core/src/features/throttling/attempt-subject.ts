import type { Context } from '../../context.js';
import { allKeyedHashes, keyedHash } from '../../crypto/keyed-hash.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';

const LABEL = 'guess';

/** Who is guessing, as far as guesses are counted together. */
export type AttemptSubject =
  /** Anybody, at a login name: it works the same whether or not there is such an account (L1). */
  | { readonly by: 'email' | 'username' | 'identifier'; readonly name: string }
  /** A device that has logged this user in before: others' guesses do not shut it out. */
  | { readonly by: 'device'; readonly deviceId: string }
  /** A session, whose thief must not guess the password without a limit, nor keep the owner's other sessions from it. */
  | { readonly by: 'session'; readonly sessionId: string }
  /** Anybody, at `registration.adminPassword`: one count for all, since it opens the account of nobody in particular. */
  | { readonly by: 'admin-password' };

/** Forgets all guesses at the user's password, also those made at their names before there was such an account. */
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

/** Names are hashed: the table tells nobody who has tried, or has mistyped, what. */
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
