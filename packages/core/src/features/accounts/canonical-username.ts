import { typedText } from '../../foundation/typed-text.js';

const PATTERN = /^[a-z0-9._-]{3,32}$/;

/** Names that readers would mistake for the application itself, or that collide with paths. */
const RESERVED: ReadonlySet<string> = new Set([
  'abuse', 'account', 'admin', 'administrator', 'api', 'auth', 'help', 'hostmaster', 'info', 'login', 'logout', 'mail',
  'me', 'moderator', 'noreply', 'no-reply', 'null', 'owner', 'postmaster', 'register', 'root', 'sallyport', 'security',
  'staff', 'support', 'sysadmin', 'system', 'undefined', 'user', 'users', 'webmaster', 'www',
]);

/**
 * The canonical form of a username (security.md Z3): as `typedText`, lower-case, 3 to 32 characters of `[a-z0-9._-]`.
 * Returns `null` if the text is not a username. `@` is not allowed, so that a username is never mistaken for an email
 * address.
 */
export function canonicalUsername(text: string): string | null {
  const name = typedText(text).toLowerCase();
  return PATTERN.test(name) ? name : null;
}

/** Whether users cannot choose the name, which is in canonical form. */
export function isReservedUsername(name: string): boolean {
  return RESERVED.has(name);
}
