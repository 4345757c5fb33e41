import { AuthError } from '@sallyport/core';
import { StoreError, mayRemove, unavailable } from '../../errors.js';

/**
 * - `lost`: the connection is unusable.
 * - `unavailable`: the database cannot serve requests now.
 * - `conflict`: concurrent transactions changed the same rows; a retry may succeed.
 * - `refused`: the database refused the statement.
 */
export type FaultKind = 'lost' | 'unavailable' | 'conflict' | 'refused';

/** The error of one statement, without parameter values. It does not leave the package. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly kind: FaultKind;
  readonly code: string;

  constructor(kind: FaultKind, code: string) {
    super(`${kind}: ${code}`);
    this.kind = kind;
    this.code = code;
  }
}

export const UNIQUE_VIOLATION = '23505';

/** restrict_violation and foreign_key_violation. */
const REFERENCES: ReadonlySet<string> = new Set(['23001', '23503']);

/** serialization_failure and deadlock_detected. */
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01']);

/**
 * By class (the first two characters) or code: connections and logins that fail, resources that ran out, and servers
 * that start, stop, or are a read-only replica. See "PostgreSQL Error Codes" in its manual.
 */
const CONNECTION_LOST = ['08', '28', '3D', '57P', '25006', '25P03'];
const UNAVAILABLE = ['53', '55P03', '57014', '58'];

/** Converts the driver's error. Its message and details quote values, so only the code is kept (security.md G2). */
export function faultOf(error: unknown): DatabaseFault {
  if (error instanceof DatabaseFault) return error;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const severity: unknown = error instanceof Error ? Reflect.get(error, 'severity') : undefined;
  // An error without SQLSTATE comes from the network, or from a closed client.
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return new DatabaseFault('lost', networkCodeOf(code));
  if (CONFLICTS.has(code)) return new DatabaseFault('conflict', code);
  if (severity === 'FATAL' || severity === 'PANIC' || startsWithAny(code, CONNECTION_LOST)) return new DatabaseFault('lost', code);
  return new DatabaseFault(startsWithAny(code, UNAVAILABLE) ? 'unavailable' : 'refused', code);
}

/** The error that leaves the package, from a call to `method`. */
export function publicErrorOf({ kind, code }: DatabaseFault, method: string): AuthError | StoreError {
  if (kind !== 'refused') return unavailable(code);
  return REFERENCES.has(code) && mayRemove(method) ? new AuthError('ACCOUNT_IN_USE', { cause: code }) : new StoreError(code, method);
}

function networkCodeOf(code: unknown): string {
  return typeof code === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(code) ? code : 'CONNECTION_LOST';
}

const startsWithAny = (code: string, prefixes: readonly string[]): boolean => prefixes.some((prefix) => code.startsWith(prefix));
