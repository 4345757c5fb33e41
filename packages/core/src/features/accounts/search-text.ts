import type { UserRecord } from '../../ports/store/users.js';

/** Stands in no address and no name, nor in what is looked for, so that nothing matches across two of them. */
const BETWEEN = '\n';

/**
 * The spelling in which people are looked for: without regard to case, in every script, and to how characters were
 * composed. It is made here and not by a database, whose idea of case ends with ASCII.
 */
export function foldForSearch(text: string): string {
  // Upper case first, for letters of which only that tells that they are the same: ß and SS, ς and σ.
  return text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

/** All that a user is found by. A store may keep it beside the user, and anew whenever one of these changes. */
export function searchTextOf({ email, username, name }: Pick<UserRecord, 'email' | 'username' | 'name'>): string {
  return [email, username ?? '', name].map(foldForSearch).join(BETWEEN);
}
