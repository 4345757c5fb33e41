import { loadLibsql } from './load-libsql.js';
import { type Connection, type ConnectionOptions, openConnection as open } from './native-connection.js';

const libsql = await loadLibsql();

/** An additional connection to the file of a store under test. */
export function openConnection(options: Omit<ConnectionOptions, 'libsql'>): Connection {
  return open({ ...options, libsql });
}
