import type { UserRecord } from '../../ports/store/users.js';

/**
 * Folds text for searching: case and composition of characters do not matter, in any script. Done here and not by a
 * database, since SQLite folds ASCII only and others fold by their own tables. Canonical emails and usernames are unchanged by it.
 */
export function foldForSearch(text: string): string {
  // Upper case first, for letters of which only that tells that they are the same: ß and SS, ς and σ.
  return text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

/** The fields of a user record that hold the name. */
export function nameFields(name: string): Pick<UserRecord, 'name' | 'searchName'> {
  return { name, searchName: foldForSearch(name) };
}
