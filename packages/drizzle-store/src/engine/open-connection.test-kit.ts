import { loadLibsql } from './load-libsql.js';
import { type Connection, type ConnectionOptions, openConnection as open } from './native-connection.js';

const libsql = await loadLibsql();

/** A connection beside those of a store under test. */
export function openConnection(options: Omit<ConnectionOptions, 'libsql'>): Connection {
  return open({ ...options, libsql });
}
