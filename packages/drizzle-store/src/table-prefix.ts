import { refuse } from './refuse.js';

export const DEFAULT_PREFIX = 'auth_';

/** It stands in statements as it is: nothing else may be in it. Names of PostgreSQL are 63 characters long at most. */
export function requirePrefix(prefix: string): string {
  // SQLite keeps names that begin with `sqlite_` for itself.
  if (/^(?!sqlite_)([a-z_][a-z0-9_]{0,29})?$/.test(prefix)) return prefix;
  throw refuse('tablePrefix', 'has to be lowercase letters, digits and _, 30 at most, and not begin with a digit or sqlite_');
}
