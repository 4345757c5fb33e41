// Tries what docs/bundling-and-typescript.md says of CommonJS and of TypeScript's `module`, in a project that has installed the packed
// packages: every row of its tables is compiled or run, and must end as the page says.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PAGE = resolve(import.meta.dirname, '../docs/bundling-and-typescript.md');

/** An application that uses every package, in files of each kind. */
const CONSUMER = `
import { createAuth } from '@sallyport/core';
import { createMemoryStore } from '@sallyport/core/testing';
import { createAuthClient } from '@sallyport/client';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { createPostgresStore } from '@sallyport/drizzle-store/postgres';
import { authRouter, requireAuth } from '@sallyport/express-adapter';
import { combine } from '@sallyport/notifiers/combine';
import { twilioNotifier } from '@sallyport/notifiers/twilio';
import { google } from '@sallyport/providers';
import { createRedisLimiter } from '@sallyport/redis';

export const auth = createAuth({ secret: 'x'.repeat(32), store: createMemoryStore(), logger: false, delivery: false, maintenance: false });
export const handlers = [authRouter(auth), requireAuth(auth, { roles: ['admin'] })];
export const nameOf = async (accessToken: string): Promise<string> => (await auth.api.me({}, { accessToken })).user.name;
export const others = [createAuthClient, createLibsqlStore, createPostgresStore, combine, twilioNotifier, google, createRedisLimiter];
console.log(handlers.every((handler) => typeof handler === 'function') && others.every((other) => typeof other === 'function') ? 'works' : 'broken');
`;

/** The cells of the table below a heading. */
function tableOf(heading) {
  const section = readFileSync(PAGE, 'utf8').split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|')).slice(2);
  if (rows.length === 0) throw new Error(`${PAGE} has no table below ${heading}`);
  return rows.map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()));
}

const codesIn = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);

/** Runs Node in the project. */
function run(folder, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** The compiler's errors outside of other people's declarations, by number. */
function compile(folder, { module, moduleResolution, file }) {
  const compilerOptions = {
    strict: true, target: 'es2022', lib: ['es2023', 'dom'], types: ['node'], skipLibCheck: true, esModuleInterop: true, outDir: 'out', rootDir: '.', module,
    ...(moduleResolution !== undefined && { moduleResolution, ...(moduleResolution === 'node10' && { ignoreDeprecations: '6.0' }) }),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  const { output } = run(folder, [join(folder, '../node_modules/typescript/bin/tsc'), '--pretty', 'false']);
  return [...new Set([...output.matchAll(/error (TS\d+)/g)].map(([, code]) => code))];
}

function expectSame(what, { found, expected }) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  console.log(`packed: ${what}: ${JSON.stringify(found)}`);
}

/** Each row of the table of `module` settings, in ES module files and in CommonJS files. */
function tryTypeScript(folder) {
  for (const [modules, resolutions, verdict] of tableOf('TypeScript')) {
    const [moduleResolution] = codesIn(resolutions);
    const error = /TS\d+/.exec(verdict)?.[0];
    const isOfFiles = verdict.includes('In CommonJS files');
    for (const module of codesIn(modules)) {
      const hasBothKinds = module.startsWith('node');
      for (const file of hasBothKinds ? ['consumer.mts', 'consumer.cts'] : ['consumer.ts']) {
        writeFileSync(join(folder, file), CONSUMER);
        const isFailing = error !== undefined && (!isOfFiles || file === 'consumer.cts');
        const found = compile(folder, { module, moduleResolution, file });
        expectSame(`module ${module}${moduleResolution === undefined ? '' : `, moduleResolution ${moduleResolution}`}, ${file}`, { found, expected: isFailing ? [error] : [] });
        if (isFailing || moduleResolution === 'bundler' && module !== 'commonjs') continue;
        const out = join(folder, 'out', file.replace('ts', 'js'));
        expectSame(`  which then runs`, { found: run(folder, [out]), expected: { status: 0, output: 'works\n' } });
      }
    }
  }
}

/** `require` on this Node, and on one that cannot load ES modules by it. */
function tryRequire(folder) {
  const packages = ['core', 'core/testing', 'client', 'drizzle-store', 'drizzle-store/postgres', 'express-adapter', 'notifiers/combine', 'notifiers/twilio', 'providers', 'redis'];
  writeFileSync(join(folder, 'required.cjs'), packages.map((name) => `require('@sallyport/${name}');`).join('\n'));
  writeFileSync(join(folder, 'imported.cjs'), `(async () => { ${packages.map((name) => `await import('@sallyport/${name}');`).join(' ')} })();`);
  const older = '--no-experimental-require-module';
  expectSame('require', { found: run(folder, ['required.cjs']), expected: { status: 0, output: '' } });
  expectSame('import() in CommonJS', { found: run(folder, ['imported.cjs']), expected: { status: 0, output: '' } });
  expectSame('import() in CommonJS, where require takes no ES module', { found: run(folder, [older, 'imported.cjs']), expected: { status: 0, output: '' } });
  const refused = run(folder, [older, 'required.cjs']);
  const [code] = tableOf('CommonJS').flatMap((row) => codesIn(row.join('|'))).filter((each) => each.startsWith('ERR_'));
  if (code === undefined || refused.status === 0 || !refused.output.includes(code)) throw new Error(`require, where it takes no ES module: ${refused.output} instead of ${code}`);
  console.log(`packed: require, where it takes no ES module: ${code}`);
}

export function checkModuleKinds(project) {
  const folder = join(project, 'kinds');
  mkdirSync(folder);
  // No "type": files are CommonJS unless their name says otherwise.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  tryRequire(folder);
  tryTypeScript(folder);
  rmSync(folder, { recursive: true });
}
