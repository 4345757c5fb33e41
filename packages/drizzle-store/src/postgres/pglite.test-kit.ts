import { PGlite } from '@electric-sql/pglite';
import type { PostgresClient, PostgresPool } from './connection/pool.js';

/** Parsers that return values as the server writes them, by type OID, for all types that PGlite would parse. */
const parsers = Object.fromEntries([16, 20, 21, 23, 114, 701, 1184, 3802].map((type) => [type, (text: string) => text]));

/** PGlite as a pool of its one connection: a caller waits while the connection is in use. */
export function createPglitePool(): PostgresPool {
  const database = new PGlite();
  const waiting: (() => void)[] = [];
  let isLent = false;

  const release = (): void => {
    isLent = waiting.length > 0;
    waiting.shift()?.();
  };
  const client: PostgresClient = {
    async query({ text, values = [] }) {
      if (values.length === 0) {
        const results = await database.exec(text, { rowMode: 'array', parsers });
        return { rows: rowsOf(results.at(-1)) };
      }
      return { rows: rowsOf(await database.query(text, values, { rowMode: 'array', parsers })) };
    },
    release,
    on: () => undefined,
    removeListener: () => undefined,
  };
  return {
    async connect() {
      if (isLent) await new Promise<void>((resolve) => void waiting.push(resolve));
      isLent = true;
      return client;
    },
    end: () => database.close(),
  };
}

/** PGlite's types do not cover `rowMode`. */
function rowsOf(result: { readonly rows: readonly unknown[] } | undefined): unknown[][] {
  return (result?.rows ?? []).filter((row) => Array.isArray(row));
}
