import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { createClient } from '@libsql/client';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT, filesOf, read, snippetsOf } from './pages.js';

const PAGE = 'docs/bundling-and-typescript.md';

/** The packages that a bundle needs installed, and the package here that has each. */
const EXTERNAL = { libsql: 'drizzle-store', '@node-rs/bcrypt': 'core' } as const;

const SERVER = `
import { createAuth } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { createPostgresStore } from '@sallyport/drizzle-store/postgres';
import { authRouter } from '@sallyport/express-adapter';
import { resendNotifier } from '@sallyport/notifiers/resend';
import { smtpNotifier } from '@sallyport/notifiers/smtp';
import { google } from '@sallyport/providers';
import { createRedisLimiter } from '@sallyport/redis';
import express from 'express';

/** Bundled with what they load, since nothing of it is installed where the bundle runs. */
const others = async () => [
  await createPostgresStore({ url: 'postgres://127.0.0.1:1/a' }).catch(({ code }) => code),
  (await smtpNotifier({ host: 'localhost', from: 'mail@example.com' })).channels[0],
  (await resendNotifier({ apiKey: 're_1', from: 'mail@example.com' })).channels[0],
  google({ clientId: 'a', clientSecret: 'b' }).name,
  createRedisLimiter({ url: 'redis://127.0.0.1:1' }).kind,
];

async function start(): Promise<void> {
  const store = await createLibsqlStore({ url: 'file:./app.db' });
  const auth = createAuth({ secret: 'the secret of tests, 32 bytes long or more', store, notifier: { channels: ['email'], send: async () => undefined }, logger: false, passwords: { cost: 4 } });
  const server = express().use('/auth', authRouter(auth)).listen(0, '127.0.0.1', () => {
    void others().then((names) => console.log(JSON.stringify({ ...server.address(), names })));
  });
}
void start();
`;

/** A folder of an application with its own migrations, where drizzle-kit puts them. */
function anApplication(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-bundle-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{}');
  addMigrations(folder);
  return folder;
}

function addMigrations(folder: string): void {
  mkdirSync(join(folder, 'drizzle/meta'), { recursive: true });
  const entry = { idx: 0, version: '6', when: 1, tag: '0000_orders', breakpoints: true };
  writeFileSync(join(folder, 'drizzle/meta/_journal.json'), JSON.stringify({ version: '7', dialect: 'sqlite', entries: [entry] }));
  writeFileSync(join(folder, 'drizzle/0000_orders.sql'), 'CREATE TABLE app_orders (id integer)');
}

function install(folder: string): void {
  for (const [name, owner] of Object.entries(EXTERNAL)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join(ROOT, 'packages', owner, 'node_modules', name)), link);
  }
}

/** Runs the page's command for `format` in the application, with this repository's sources as the installed packages. */
async function bundle(folder: string, format: 'esm' | 'cjs'): Promise<string> {
  const command = snippetsOf(PAGE).find(({ code }) => code.includes(`--format=${format}`))?.code ?? '';
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/server.ts'), SERVER);
  const installed = join(ROOT, 'docs/node_modules');
  const env = { ...process.env, NODE_PATH: installed, PATH: `${installed}/.bin:${process.env['PATH'] ?? ''}` };
  const shell = command.trim().replace('npx esbuild', 'esbuild --conditions=@sallyport/source --log-level=error');
  await promisify(execFile)('sh', ['-c', shell], { cwd: folder, env });
  return join(folder, /--outfile=(\S+)/.exec(command)?.[1] ?? '');
}

/** Starts the bundle in `folder`, registers a user, and returns the tables of its database. */
async function run(script: string, folder: string): Promise<readonly unknown[]> {
  const server = spawn(process.execPath, [script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const line = once(createInterface(server.stdout), 'line').then(([first]) => String(first));
  try {
    const started = await Promise.race([line, ended.then(() => '')]);
    expect(started).toContain('127.0.0.1');
    const { port, names } = JSON.parse(started) as { port: number; names: readonly string[] };
    expect(names).toEqual(['STORE_UNAVAILABLE', 'email', 'email', 'Google', 'redis']);
    const registered = await fetch(`http://127.0.0.1:${port}/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' }),
    });
    expect(registered.status).toBe(201);
  } finally {
    server.kill('SIGKILL');
    await ended;
  }
  const client = createClient({ url: `file:${join(folder, 'app.db')}` });
  const { rows } = await client.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  client.close();
  return rows.map((row) => row['name']);
}

it.each(['esm', 'cjs'] as const)('a server bundled as %s creates its own tables next to the application’s migrations', async (format) => {
  const folder = anApplication();
  install(folder);
  const tables = await run(await bundle(folder, format), folder);
  expect(tables).toEqual(expect.arrayContaining(['auth_users', 'auth_sessions', 'auth_migrations']));
  expect(tables.filter((name) => !String(name).startsWith('auth_'))).toEqual([]);
});

it('a standalone output like that of Next.js does so too: from a nested chunk, with only the external packages installed', async () => {
  const folder = anApplication();
  const built = await bundle(folder, 'cjs');
  const standalone = join(folder, '.next/standalone');
  const chunk = join(standalone, '.next/server/chunks/auth.js');
  mkdirSync(dirname(chunk), { recursive: true });
  writeFileSync(chunk, readFileSync(built));
  // Put the application's migrations wherever a path relative to the chunk could lead.
  for (const near of ['', '.next', '.next/server', '.next/server/chunks']) addMigrations(join(standalone, near));
  writeFileSync(join(standalone, 'server.js'), "process.chdir(__dirname); require('./.next/server/chunks/auth.js');");
  install(standalone);
  const tables = await run(join(standalone, 'server.js'), standalone);
  expect(tables.filter((name) => !String(name).startsWith('auth_'))).toEqual([]);
  expect(existsSync(join(standalone, 'app.db'))).toBe(true);
});

it('no package reads a file next to its own code, because a bundle has none', () => {
  const shipped = filesOf('packages').filter((path) => /\/src\/.*\.tsx?$/.test(path) && !/\.test(-\w+)?\.tsx?$|test-kit/.test(path));
  expect(shipped.length).toBeGreaterThan(300);
  // `import.meta.resolve` finds a package and reads no file. Its caller works without it in a bundle.
  expect(shipped.filter((path) => /import\.meta(?!\.resolve\()|__dirname|__filename/.test(read(path)))).toEqual([]);
  expect(shipped.filter((path) => read(path).includes('import.meta.resolve'))).toEqual(['packages/core/src/features/passkeys/load-webauthn.ts']);
});
