import { AuthError } from '@sallyport/core';

/** A query that the database refused. The error has the query's name and the error code, but no parameter values. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: string;

  constructor(code: string, method: string) {
    super(`database error ${code} in ${method}`);
    this.code = code;
  }
}

/** SQLite's codes for a database that is temporarily unusable; all other codes are about the query. */
const UNAVAILABLE = ['BUSY', 'LOCKED', 'IOERR', 'CANTOPEN', 'FULL', 'READONLY', 'PROTOCOL', 'NOMEM', 'INTERRUPT', 'PERM'];

export function unavailable(cause: string): AuthError {
  return new AuthError('STORE_UNAVAILABLE', { cause });
}

/**
 * The error that leaves the package instead of the driver's or Drizzle's. Drizzle puts parameter values, including hashes, into
 * message and `params`, so only the code of the original is kept (security.md G2).
 */
export function faultOf(error: unknown, method: string): AuthError | StoreError {
  const known = chainOf(error).find((link) => link instanceof AuthError);
  if (known instanceof AuthError) return known;
  const code = codeOf(error);
  if (isReference(code) && mayRemove(method)) return new AuthError('ACCOUNT_IN_USE', { cause: code });
  return isUnavailable(code) ? unavailable(code) : new StoreError(code, method);
}

/** The same for a client that reaches the database over a network: an error without a code comes from the network. */
export function remoteFaultOf(error: unknown, method: string): AuthError | StoreError {
  return codeOf(error) === 'UNKNOWN' ? unavailable('UNKNOWN') : faultOf(error, method);
}

/**
 * Whether `method` can be refused because a table of the application references a user. Our own foreign keys cascade, and none of
 * them is deferred.
 */
export function mayRemove(method: string): boolean {
  return ['users.remove', 'commit', 'transaction'].includes(method);
}

/** A foreign key. SQLite reports `ON DELETE RESTRICT` as a trigger. */
function isReference(code: string): boolean {
  return /^SQLITE_CONSTRAINT_(FOREIGNKEY|TRIGGER)$/.test(code);
}

/** Another connection has the lock. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** The database refused the values. The connection and its transaction are unchanged. */
export function isRefusal(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_CONSTRAINT');
}

function isUnavailable(code: string): boolean {
  // Other codes come from the network and from closed clients.
  if (!code.startsWith('SQLITE_')) return code !== 'UNKNOWN' && !code.startsWith('ERR_');
  return UNAVAILABLE.some((name) => code.startsWith(`SQLITE_${name}`));
}

/** The error's code, `UNKNOWN` if there is none. */
export function codeOf(error: unknown): string {
  for (const link of chainOf(error)) {
    for (const code of [link.extendedCode, link.code]) {
      // Accept only what looks like a code: a driver could put a value there.
      if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code;
    }
  }
  return 'UNKNOWN';
}

type Link = Error & { readonly code?: unknown; readonly extendedCode?: unknown };

/** The error and its causes. */
function chainOf(error: unknown): Link[] {
  const chain: Link[] = [];
  for (let link = error; link instanceof Error && chain.length < 5; link = link.cause) chain.push(link);
  return chain;
}
