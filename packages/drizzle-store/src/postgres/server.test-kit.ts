import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database for one test on a real server. */
export interface TestDatabase {
  readonly url: string;
  /** Runs a statement on a separate connection as the server's owner. */
  readonly sql: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly drop: () => Promise<void>;
}

const ADDRESS = process.env['TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** Why no real server can be used; `null` if one can. */
export async function whyNoServer(): Promise<string | null> {
  const client = new pg.Client({ connectionString: ADDRESS, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return null;
  } catch {
    return `no PostgreSQL answers at ${new URL(ADDRESS).host}; set TEST_POSTGRES_URL`;
  }
}

/** Creates a database on the server at `address`. The test must drop it. */
export async function createTestDatabase(address: string = ADDRESS): Promise<TestDatabase> {
  const name = `sallyport_test_${randomBytes(6).toString('hex')}`;
  await runAt(address, `CREATE DATABASE ${name}`);
  const url = new URL(address);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    sql: async (statement) => runAt(url.href, statement),
    drop: async () => void (await runAt(address, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

async function runAt(connectionString: string, statement: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows;
  } finally {
    await client.end();
  }
}
