// Packs the packages with npm and acts as a newcomer: installs them in an empty project outside of this
// workspace, compiles the README's example there, starts it, registers and logs in.
// Needs a build. After a failure the project is kept for inspection.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkModuleKinds } from './check-module-kinds.mjs';

const root = resolve(import.meta.dirname, '..');
const packages = ['core', 'express-adapter', 'drizzle-store', 'notifiers', 'redis', 'providers', 'client'];
const readyWithinMs = 15_000;

const fail = (/** @type {string} */ why) => {
  throw new Error(why);
};
const step = (/** @type {string} */ what) => console.log(`packed: ${what}`);

/** The version that the workspace's catalog pins, so that only a change here can break this check. */
function pinned(name) {
  const catalog = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const line = catalog.split('\n').find((l) => l.startsWith(`  ${name}: `) || l.startsWith(`  '${name}': `));
  const version = line?.match(/: (\d\S*)/)?.[1] ?? fail(`${name} is not in the catalog`);
  return `${name}@${version}`;
}

/** The ```ts blocks of the README by file name: the application, and blocks that stand alone. */
function readmeBlocks(port) {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```ts[^\n]*\n(.*?)^```$/gms)].map((m) => m[1]);
  const example = blocks.find((b) => b.includes('authRouter(')) ?? fail('README.md has no ```ts block with authRouter(');
  if (!example.includes('app.listen(3000')) fail("the README's example does not call app.listen(3000");
  const others = blocks.filter((b) => b !== example).map((b, n) => [`block-${n + 1}.ts`, b]);
  return { 'app.ts': example.replace('app.listen(3000', `app.listen(${port}`), ...Object.fromEntries(others) };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function pack(destination) {
  for (const name of packages) {
    const folder = join(root, 'packages', name);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const [dependency, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      // npm does not replace these ranges when it packs, and could not install them.
      if (/^(catalog|workspace):/.test(range)) fail(`${manifest.name} publishes ${dependency} as ${range}`);
    }
    if (!existsSync(join(folder, 'dist'))) fail(`packages/${name} is not built`);
    execFileSync('npm', ['pack', '--silent', '--pack-destination', destination], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return readdirSync(destination).map((file) => join(destination, file));
}

function install(project, tarballs) {
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const others = ['express', 'drizzle-orm', 'typescript', '@types/express', '@types/node'].map(pinned);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...tarballs, ...others], { cwd: project, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Front ends do not install core or its dependencies: the client's declarations must not import them. */
function clientStandsAlone(project) {
  const folder = join(project, 'node_modules/@sallyport/client/dist');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.d.ts'))) {
    const imported = readFileSync(join(folder, file), 'utf8').match(/(?:from|import) ?\(?'(?!\.)[^']+'/)?.[0];
    if (imported !== undefined) fail(`the client's ${file} names another package: ${imported}`);
  }
}

/** Entries that need a peer dependency. */
const needsPeer = { '@sallyport/core/opentelemetry': '@opentelemetry/api', '@sallyport/client/react': 'react' };

/** Checks that every other entry point loads without any optional peer dependency. */
function importEntries(project) {
  const entries = packages.flatMap((name) => {
    const manifest = JSON.parse(readFileSync(join(project, 'node_modules/@sallyport', name, 'package.json'), 'utf8'));
    return Object.keys(manifest.exports)
      .filter((entry) => !entry.endsWith('.json'))
      .map((entry) => `@sallyport/${name}${entry.slice(1)}`);
  });
  importAll(project, entries.filter((entry) => !(entry in needsPeer)));
  for (const [entry, peer] of Object.entries(needsPeer)) {
    if (!entries.includes(entry)) fail(`${entry} is not an entry point`);
    if (existsSync(join(project, 'node_modules', peer))) fail(`${peer} was installed without being asked for`);
    execFileSync('npm', ['install', '--no-audit', '--no-fund', pinned(peer)], { cwd: project, stdio: ['ignore', 'inherit', 'inherit'] });
  }
  importAll(project, Object.keys(needsPeer));
}

function importAll(project, entries) {
  const program = entries.map((entry) => `await import('${entry}');`).join('\n');
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: project, stdio: ['ignore', 'inherit', 'inherit'] });
}

function compile(project, files) {
  const compilerOptions = { strict: true, module: 'nodenext', target: 'es2022', types: ['node'], skipLibCheck: false, outDir: 'out', rootDir: '.' };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--pretty', 'false'], { cwd: project, encoding: 'utf8' });
  // Errors in other libraries do not count: drizzle-orm's declarations import drivers that are not installed.
  const ours = tsc.stdout.split('\n').filter((l) => /error TS\d+/.test(l) && !/^node_modules\/(?!@sallyport\/)/.test(l));
  if (ours.length > 0) fail(`tsc:\n${ours.join('\n')}`);
  if (!existsSync(join(project, 'out/app.js'))) fail(`tsc wrote nothing:\n${tsc.stdout}${tsc.stderr}`);
}

/** The store contains a copy of drizzle-orm: tables made with the application's own copy must work with its tables. */
function referToTables(project) {
  const program = ['sqlite', 'pg'].map((dialect) => `{
    const { schema } = await import('@sallyport/drizzle-store${dialect === 'pg' ? '/postgres' : ''}');
    const { ${dialect}Table: table, text, getTableConfig, QueryBuilder } = await import('drizzle-orm/${dialect}-core');
    const { eq } = await import('drizzle-orm');
    const orders = table('orders', { userId: text('user_id').references(() => schema.users.id) });
    const [key] = getTableConfig(orders).foreignKeys;
    const { sql, params } = new QueryBuilder().select().from(orders).innerJoin(schema.users, eq(orders.userId, schema.users.id)).where(eq(schema.users.email, 'a@b.co')).toSQL();
    if (key.getName() !== 'orders_user_id_auth_users_id_fk') throw new Error(key.getName());
    if (!sql.includes('inner join "auth_users" on "orders"."user_id" = "auth_users"."id"') || params[0] !== 'a@b.co') throw new Error(sql);
  }`).join('\n');
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: project, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function post(url, body, expected) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const text = await response.text();
  if (response.status !== expected) fail(`POST ${url}: ${response.status} instead of ${expected}: ${text}`);
  step(`POST ${url} → ${response.status}`);
}

async function use(project, port) {
  const { NODE_ENV: _, ...inherited } = process.env;
  const env = { ...inherited, AUTH_SECRET: randomBytes(32).toString('hex') };
  const app = spawn(process.execPath, ['out/app.js'], { cwd: project, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const exited = once(app, 'exit');
  try {
    const auth = `http://127.0.0.1:${port}/auth`;
    const deadline = Date.now() + readyWithinMs;
    while (!(await fetch(auth).then(() => true, () => false))) {
      if (app.exitCode !== null) fail(`the example ended by itself with ${app.exitCode}`);
      if (Date.now() > deadline) fail(`the example did not listen within ${readyWithinMs} ms`);
      await sleep(50);
    }
    const account = { email: 'ada@example.com', password: randomBytes(12).toString('base64url') };
    await post(`${auth}/register`, { ...account, name: 'Ada' }, 201);
    await post(`${auth}/login`, account, 200);
  } finally {
    app.kill();
    await exited;
  }
}

const place = mkdtempSync(join(tmpdir(), 'sallyport-packed-'));
const [tarballs, project] = ['tarballs', 'project'].map((name) => join(place, name));
try {
  mkdirSync(tarballs);
  mkdirSync(project);
  const port = await freePort();
  const blocks = readmeBlocks(port);
  for (const [file, text] of Object.entries(blocks)) writeFileSync(join(project, file), text);
  step('npm pack');
  const files = pack(tarballs);
  step('npm install in an empty project');
  install(project, files);
  step("compile the README's examples");
  compile(project, Object.keys(blocks));
  step('run it');
  await use(project, port);
  step("the client's declarations");
  clientStandsAlone(project);
  step("refer to the store's tables");
  referToTables(project);
  step('import every entry point');
  importEntries(project);
  step('as CommonJS, and under every setting of `module`');
  checkModuleKinds(project);
  rmSync(place, { recursive: true });
} catch (error) {
  console.error(`packed: failed, see ${place}\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
