import { AuthError, ConfigError } from '@sallyport/core';
import { SettingsError } from './environment.js';

/** A problem that the operator can fix, as a sentence; any other error with its stack. */
export function explain(error: unknown): string {
  if (error instanceof SettingsError || error instanceof ConfigError) return error.message;
  if (error instanceof AuthError && error.code === 'STORE_UNAVAILABLE') return `The server cannot start: ${databaseFault(error.cause)}`;
  if (!(error instanceof Error)) return String(error);
  const fault = systemFault(error);
  return fault === null ? (error.stack ?? error.message) : `The server cannot start: ${fault}`;
}

/** Codes of PostgreSQL are five characters long; see the appendix of its manual. */
function databaseFault(cause: unknown): string {
  if (cause === '28P01' || cause === '28000') return 'the database refuses the user or the password of DATABASE_URL.';
  if (cause === '3D000') return 'the database that DATABASE_URL names does not exist. Create it, for example with createdb.';
  const detail = typeof cause === 'string' ? ` (${cause})` : '';
  return `the database of DATABASE_URL does not answer${detail}. Check that it runs and that the address is correct.`;
}

/** An operation that the system refused, such as listening or reading a file. */
function systemFault(error: Error): string | null {
  const fact = (name: string): unknown => Reflect.get(error, name);
  const [code, address] = [fact('code'), fact('address')];
  if (fact('syscall') === 'listen') {
    const port = `port ${Number(fact('port'))}`;
    const place = typeof address === 'string' && address !== '::' && address !== '0.0.0.0' ? `${port} of ${address}` : port;
    if (code === 'EADDRINUSE') return `${place} is in use by another process. Stop it, or set PORT (or METRICS_PORT) to another port.`;
    if (code === 'EACCES') return `${place} is reserved for privileged processes. Set PORT (or METRICS_PORT) to 1024 or higher.`;
    if (code === 'EADDRNOTAVAIL') return `${place}: this machine does not have this address. Set METRICS_HOST to one that it has.`;
  }
  // Node's messages name the call and the file: EACCES: permission denied, open '.dev-secret'.
  return typeof fact('syscall') === 'string' && typeof code === 'string' ? `${error.message}.` : null;
}
