import { refuse } from './refuse.js';

export const DEFAULT_PREFIX = 'auth_';

/**
 * The prefix is put into statements unescaped, so only these characters are allowed. PostgreSQL names have at most 63 characters.
 */
export function requirePrefix(prefix: unknown): string {
  // SQLite reserves names that begin with `sqlite_`.
  if (typeof prefix === 'string' && /^(?!sqlite_)([a-z_][a-z0-9_]{0,29})?$/.test(prefix)) return prefix;
  throw refuse('tablePrefix', 'must be lowercase letters, digits and _, 30 at most, and not begin with a digit or sqlite_');
}
