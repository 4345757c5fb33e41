import { AuthError } from '@sallyport/core';

/** A query that the database refused. It says which and with what code, and nothing that was passed in. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: string;

  constructor(code: string, method: string) {
    super(`database error ${code} in ${method}`);
    this.code = code;
  }
}

/** SQLite's codes for a database that cannot work now; every other one speaks of the query. */
const UNAVAILABLE = ['BUSY', 'LOCKED', 'IOERR', 'CANTOPEN', 'FULL', 'READONLY', 'PROTOCOL', 'NOMEM', 'INTERRUPT', 'PERM'];

export function unavailable(cause: string): AuthError {
  return new AuthError('STORE_UNAVAILABLE', { cause });
}

/**
 * What may leave the package in the place of a driver's or Drizzle's error. Drizzle puts the bound values, hashes among
 * them, into message and `params`, so nothing of the original is kept but its code (security.md G2).
 */
export function faultOf(error: unknown, method: string): AuthError | StoreError {
  const known = chainOf(error).find((link) => link instanceof AuthError);
  if (known instanceof AuthError) return known;
  const code = codeOf(error);
  if (isReference(code) && mayRemove(method)) return new AuthError('ACCOUNT_IN_USE', { cause: code });
  return isUnavailable(code) ? unavailable(code) : new StoreError(code, method);
}

/** The same where a client reaches the database over a network: what has no code there went wrong on the way. */
export function remoteFaultOf(error: unknown, method: string): AuthError | StoreError {
  return codeOf(error) === 'UNKNOWN' ? unavailable('UNKNOWN') : faultOf(error, method);
}

/**
 * Whether `method` can be refused because a table of the application refers to a user. Our own foreign keys cascade, and
 * none of them is put off until the commit.
 */
export function mayRemove(method: string): boolean {
  return ['users.remove', 'commit', 'transaction'].includes(method);
}

/** A foreign key; SQLite has `ON DELETE RESTRICT` refuse as a trigger would. */
function isReference(code: string): boolean {
  return /^SQLITE_CONSTRAINT_(FOREIGNKEY|TRIGGER)$/.test(code);
}

/** Somebody else has the lock just now. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** The database took the statement and refused the values, which leaves the connection and its transaction as they were. */
export function isRefusal(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_CONSTRAINT');
}

function isUnavailable(code: string): boolean {
  // Codes that are not SQLite's come from the network and from clients that were closed.
  if (!code.startsWith('SQLITE_')) return code !== 'UNKNOWN' && !code.startsWith('ERR_');
  return UNAVAILABLE.some((name) => code.startsWith(`SQLITE_${name}`));
}

/** The code of what went wrong, `UNKNOWN` where there is none. */
export function codeOf(error: unknown): string {
  for (const link of chainOf(error)) {
    for (const code of [link.extendedCode, link.code]) {
      // Only what looks like a code: a driver could as well put a value there.
      if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code;
    }
  }
  return 'UNKNOWN';
}

type Link = Error & { readonly code?: unknown; readonly extendedCode?: unknown };

/** The error and what caused it. */
function chainOf(error: unknown): Link[] {
  const chain: Link[] = [];
  for (let link = error; link instanceof Error && chain.length < 5; link = link.cause) chain.push(link);
  return chain;
}
