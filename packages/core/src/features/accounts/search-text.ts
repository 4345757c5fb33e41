import type { UserRecord } from '../../ports/store/users.js';

/**
 * Folds text for searching: case and Unicode composition do not matter, in any script. Not done by the database: SQLite
 * folds only ASCII, and others use their own tables. Canonical emails and usernames stay unchanged.
 */
export function foldForSearch(text: string): string {
  // Upper case first: some letters are only equal in upper case, such as ß and SS, ς and σ.
  return text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

/** The fields of a user record that hold the name. */
export function nameFields(name: string): Pick<UserRecord, 'name' | 'searchName'> {
  return { name, searchName: foldForSearch(name) };
}
