import { typedText } from '../../foundation/typed-text.js';

const PATTERN = /^[a-z0-9._-]{3,32}$/;

/** Names that readers would take for the application itself, or that collide with paths. */
const RESERVED: ReadonlySet<string> = new Set([
  'abuse', 'account', 'admin', 'administrator', 'api', 'auth', 'help', 'hostmaster', 'info', 'login', 'logout', 'mail',
  'me', 'moderator', 'noreply', 'no-reply', 'null', 'owner', 'postmaster', 'register', 'root', 'sallyport', 'security',
  'staff', 'support', 'sysadmin', 'system', 'undefined', 'user', 'users', 'webmaster', 'www',
]);

/**
 * The canonical form of a username (security.md Z3), or `null` if it is none: as `typedText`, lower-case, 3 to 32
 * of `[a-z0-9._-]`. Without `@`, so that it cannot be mistaken for an email address.
 */
export function canonicalUsername(text: string): string | null {
  const name = typedText(text).toLowerCase();
  return PATTERN.test(name) ? name : null;
}

/** True if the name, in canonical form, cannot be chosen. */
export function isReservedUsername(name: string): boolean {
  return RESERVED.has(name);
}
