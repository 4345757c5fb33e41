import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@libsql/client';
import { aUser } from '@sallyport/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLibsqlStore } from './index.js';
import { createPostgresStore } from './postgres/create-postgres-store.js';
import { createTestDatabase, whyNoServer } from './postgres/server.test-kit.js';

const missing = await whyNoServer();

const KIT = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs');
const HERE = new URL('..', import.meta.url).pathname;
/** The filter of the README. */
const FILTER = ['!auth_*', '!sallyport_migrations'];

interface Application {
  readonly folder: string;
  /** Runs a command of drizzle-kit without prompts; `push` drops everything that is not in the schema. */
  readonly kit: (command: 'generate' | 'push', tablesFilter?: readonly string[]) => Promise<void>;
}

/** An application with a table that references our users. */
function anApplication(database: 'sqlite' | 'postgresql', url: string): Application {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-kit-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'node_modules/@sallyport'), { recursive: true });
  symlinkSync(realpathSync(HERE), join(folder, 'node_modules/@sallyport/drizzle-store'));
  symlinkSync(realpathSync(join(HERE, 'node_modules/drizzle-orm')), join(folder, 'node_modules/drizzle-orm'));
  const [entry, core, table] = database === 'sqlite' ? ['', 'sqlite-core', 'sqliteTable'] : ['/postgres', 'pg-core', 'pgTable'];
  writeFileSync(
    join(folder, 'schema.ts'),
    `import { schema } from '@sallyport/drizzle-store${entry}';
    import { ${table}, integer, text } from 'drizzle-orm/${core}';
    export const orders = ${table}('orders', {
      id: integer('id').primaryKey(),
      userId: text('user_id').notNull().references(() => schema.users.id, { onDelete: 'cascade' }),
    });`,
  );
  return {
    folder,
    async kit(command, tablesFilter = FILTER) {
      const config = { dialect: database, schema: './schema.ts', out: './drizzle', dbCredentials: { url }, tablesFilter };
      writeFileSync(join(folder, 'drizzle.config.json'), JSON.stringify(config));
      const forced = command === 'push' ? ['--force'] : [];
      const env = { ...process.env, NODE_OPTIONS: '--conditions=@sallyport/source' };
      await promisify(execFile)(process.execPath, [KIT, command, '--config=drizzle.config.json', ...forced], { cwd: folder, env });
    },
  };
}

function generated({ folder }: Application): string {
  const files = readdirSync(join(folder, 'drizzle')).filter((name) => name.endsWith('.sql'));
  return files.map((name) => readFileSync(join(folder, 'drizzle', name), 'utf8')).join('\n');
}

/** Each test starts several processes of drizzle-kit. */
const PROCESSES_MS = 90_000;

describe('drizzle-kit of the application', () => {
  it('generates and pushes its own tables on SQLite, and does not change ours', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-pushed-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const url = `file:${join(folder, 'a.db')}`;
    const user = aUser();
    const store = await createLibsqlStore({ url });
    await store.users.insert(user);
    await store.close();
    const client = createClient({ url });
    onTestFinished(() => client.close());
    const ours = async () => (await client.execute("SELECT * FROM sqlite_master WHERE tbl_name LIKE 'auth\\_%' ESCAPE '\\' ORDER BY name")).rows;
    const before = await ours();

    const application = anApplication('sqlite', url);
    await application.kit('generate');
    expect(generated(application)).toMatch(/^CREATE TABLE `orders` [^;]+REFERENCES `auth_users`[^;]+;\s*$/);
    await application.kit('push');
    await client.execute({ sql: 'INSERT INTO orders VALUES (1, ?)', args: [user.id] });
    await application.kit('push');
    expect(await ours()).toEqual(before);
    expect((await client.execute('SELECT user_id FROM orders')).rows).toHaveLength(1);
    const reopened = await createLibsqlStore({ url });
    expect(await reopened.users.find(user.id)).toEqual(user);
    await reopened.close();

    // Without the filter, drizzle-kit drops them. This proves that the filter is needed.
    await application.kit('push', []);
    expect(await ours()).toEqual([]);
  }, PROCESSES_MS);

  it.skipIf(missing !== null)('generates and pushes its own tables on PostgreSQL, and does not change ours', async () => {
    const database = await createTestDatabase();
    onTestFinished(async () => database.drop());
    const user = aUser();
    const store = await createPostgresStore({ url: database.url });
    await store.users.insert(user);
    const ours = async () => database.sql("SELECT * FROM information_schema.columns WHERE table_name LIKE 'auth\\_%' ORDER BY table_name, ordinal_position");
    const before = await ours();

    const application = anApplication('postgresql', database.url);
    await application.kit('generate');
    expect(generated(application)).toMatch(/^CREATE TABLE "orders" [^;]+;\s+--> statement-breakpoint\s+ALTER TABLE "orders" ADD CONSTRAINT [^;]+"auth_users"[^;]+;\s*$/);
    await application.kit('push');
    await database.sql(`INSERT INTO orders VALUES (1, '${user.id}')`);
    await application.kit('push');
    expect(await ours()).toEqual(before);
    expect(await store.users.find(user.id)).toEqual(user);
    await store.close();
  }, PROCESSES_MS);

  it('uses the filter that the README shows', () => {
    const readme = readFileSync(join(HERE, 'README.md'), 'utf8');
    expect(readme).toContain(`tablesFilter: ['${FILTER.join("', '")}']`);
  });
});
