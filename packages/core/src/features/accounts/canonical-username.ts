const PATTERN = /^[a-z0-9._-]{3,32}$/;

/** Names that a reader would take for the application itself, or that collide with paths. */
const RESERVED: ReadonlySet<string> = new Set([
  'abuse', 'account', 'admin', 'administrator', 'api', 'auth', 'help', 'hostmaster', 'info', 'login', 'logout', 'mail',
  'me', 'moderator', 'noreply', 'no-reply', 'null', 'owner', 'postmaster', 'register', 'root', 'sallyport', 'security',
  'staff', 'support', 'sysadmin', 'system', 'undefined', 'user', 'users', 'webmaster', 'www',
]);

/**
 * The one spelling of a username (security.md Z3), or `null` where it is none: NFKC, lower-case, 3 to 32 of
 * `[a-z0-9._-]`. Without `@`, so that it is never taken for an email address.
 */
export function canonicalUsername(text: string): string | null {
  const name = text.normalize('NFKC').toLowerCase();
  return PATTERN.test(name) ? name : null;
}

/** Whether nobody may choose the name. It goes by the canonical spelling. */
export function isReservedUsername(name: string): boolean {
  return RESERVED.has(name);
}
