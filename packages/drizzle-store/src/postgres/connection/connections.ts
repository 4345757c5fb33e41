import { unavailable } from '../../errors.js';
import { type Connection, createConnection } from './connection.js';
import { faultOf, publicErrorOf } from './faults.js';
import type { PostgresClient, PostgresPool } from './pool.js';

export type WithConnection = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>;

export interface ConnectionsOptions {
  readonly pool: PostgresPool;
  /** Timeout for getting a connection, in milliseconds. */
  readonly connectMs: number;
  /** Timeout of a statement, in milliseconds. */
  readonly answerMs: number;
}

/** Lends the pool's connections, each to one call at a time. The same client always has the same `Connection`. */
export function createConnections({ pool, connectMs, answerMs }: ConnectionsOptions): WithConnection {
  const known = new WeakMap<PostgresClient, Connection>();

  const connectionOf = (client: PostgresClient): Connection => {
    const connection = known.get(client) ?? createConnection(client, answerMs);
    known.set(client, connection);
    return connection;
  };

  return async (work) => {
    const client = await acquire(pool, connectMs);
    // The pool listens for errors only while the connection is idle, and an unhandled connection error ends the process.
    client.on('error', ignore);
    const connection = connectionOf(client);
    try {
      return await work(connection);
    } finally {
      client.removeListener('error', ignore);
      client.release(connection.isLost());
    }
  };
}

/** The current statement fails, or the next one. */
const ignore = (): void => undefined;

/** A pool of the application may have no timeout. */
async function acquire(pool: PostgresPool, connectMs: number): Promise<PostgresClient> {
  let timer: NodeJS.Timeout | undefined;
  let gaveUp = false;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      gaveUp = true;
      reject(unavailable('no connection in time'));
    }, connectMs);
  });
  const coming = pool.connect().then(
    (client) => {
      if (gaveUp) client.release(false);
      return client;
    },
    (error: unknown) => {
      throw publicErrorOf(faultOf(error), 'connect');
    },
  );
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}
