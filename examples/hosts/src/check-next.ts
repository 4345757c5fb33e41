// Runs the scenarios of the suite against Next.js itself: installs it with the packed packages in an empty folder, builds the
// example, starts it behind a proxy, and compares its responses with those of Express 5. Needs a build of the packages.
import { deepStrictEqual } from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { serveByExpress5 } from './express-5.js';
import { makeAuth } from './test-kit/make-auth.js';
import { normalise } from './test-kit/normalise.js';
import { bearerScenario, cookieScenario, TRUSTED } from './test-kit/scenarios.js';
import type { Scenario } from './test-kit/scenarios.js';
import { talkTo } from './test-kit/talk.js';
import type { Answer } from './test-kit/talk.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGES = ['core', 'drizzle-store'].map((name) => join(HERE, '../../../packages', name));
const OTHERS = ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1', 'drizzle-orm@0.45.4', 'typescript@6.0.3', '@types/node@20.19.43', '@types/react@19.3.0'];
const PORT = 4_371;

const step = (what: string): void => console.log(`next: ${what}`);

/** The configuration that docs/bundling-and-typescript.md shows. */
function configOnPage(): string {
  const page = readFileSync(join(HERE, '../../../docs/bundling-and-typescript.md'), 'utf8');
  const config = /^```js\n([^]*?serverExternalPackages[^]*?)^```$/m.exec(page)?.[1];
  if (config === undefined) throw new Error('The page shows no configuration of Next.js');
  return config;
}

function prepare(folder: string): void {
  cpSync(join(HERE, 'next'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', imports: { '#auth': './auth.ts', '#client-address': './client-address.ts' } }));
  writeFileSync(join(folder, 'app/layout.tsx'), 'export default function Layout({ children }: { children: React.ReactNode }) { return <html><body>{children}</body></html>; }');
  writeFileSync(join(folder, 'next.config.mjs'), configOnPage());
  // Replaces the example's auth.ts with the configuration that the scenarios expect.
  writeFileSync(
    join(folder, 'auth.ts'),
    `import { createAuth } from '@sallyport/core';
import { inbox } from '@sallyport/core/testing';
import { createLibsqlStore } from '@sallyport/drizzle-store';
export const auth = createAuth({
  secret: process.env.AUTH_SECRET,
  store: await createLibsqlStore({ url: \`file:\${process.env.DATABASE}\` }),
  transport: process.env.TRANSPORT === 'cookie' ? 'cookie' : 'bearer',
  baseUrl: 'https://api.example.com',
  trustedOrigins: ['${TRUSTED}'],
  urls: { providerReturn: '${TRUSTED}/return' },
  providers: { fake: { name: 'Fake', start: async () => 'https://provider.example', finish: async () => Promise.reject(new Error('nobody')) } },
  notifier: inbox(),
  passwords: { cost: 10 },
});`,
  );
}

function install(folder: string): void {
  for (const each of PACKAGES) execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: each, stdio: ['ignore', 'ignore', 'inherit'] });
  const packed = readdirSync(folder).filter((name) => name.endsWith('.tgz')).map((name) => join(folder, name));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...packed, ...OTHERS], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** A proxy that appends the client's address to `X-Forwarded-For`. */
function proxyTo(port: number): Server {
  return createServer((req, res) => {
    const forwarded = [req.headers['x-forwarded-for'], req.socket.remoteAddress].flat().filter((each) => each !== undefined);
    const { method, url: path, headers } = req;
    const onward = request({ port, host: '127.0.0.1', method, path, headers: { ...headers, 'x-forwarded-for': forwarded.join(', ') } }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  }).listen(0, '127.0.0.1');
}

async function run(scenario: Scenario, server: Server): Promise<Record<string, Answer>> {
  if (!server.listening) await once(server, 'listening');
  const address = server.address();
  const { talk, close } = talkTo(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  const found = await scenario(talk);
  close();
  server.close();
  const names = [...found.keys()];
  return Object.fromEntries(normalise([...found.values()]).map((answer, at) => [names[at] ?? '', comparable(answer)]));
}

/** Leaves out rate limit counts, which differ because this clock runs, and the `Vary` fields that Next.js adds. */
function comparable({ headers, ...answer }: Answer): Answer {
  const { ratelimit: _, vary, ...others } = headers;
  const isOurs = vary?.join(', ').split(', ').includes('Origin');
  return { ...answer, headers: { ...others, ...(isOurs === true && { vary: ['Origin'] }) } };
}

async function compare(folder: string, { transport, scenario }: { readonly transport: 'bearer' | 'cookie'; readonly scenario: Scenario }): Promise<void> {
  const auth = makeAuth({ transport, store: await createLibsqlStore({ url: `file:${join(folder, `express-${transport}.db`)}` }) });
  const expected = await run(scenario, serveByExpress5(auth));
  const env = { ...process.env, TRANSPORT: transport, DATABASE: `${transport}.db` };
  const next = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '-p', String(PORT)], { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const exited = once(next, 'exit');
  try {
    while (!(await fetch(`http://127.0.0.1:${PORT}/auth/health`).then((response) => response.ok, () => false))) {
      if (next.exitCode !== null) throw new Error('Next.js exited');
      await sleep(100);
    }
    const found = await run(scenario, proxyTo(PORT));
    for (const [what, answer] of Object.entries(expected)) deepStrictEqual([what, found[what]], [what, answer]);
  } finally {
    next.kill();
    await exited;
    await auth.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sallyport-next-'));
Object.assign(process.env, { AUTH_SECRET: 'the secret of tests, 32 bytes long or more', DATABASE: 'build.db' });
prepare(folder);
step(`npm install in ${folder}`);
install(folder);
step('next build');
execFileSync(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
step('bearer tokens');
await compare(folder, { transport: 'bearer', scenario: bearerScenario });
step('cookies');
await compare(folder, { transport: 'cookie', scenario: cookieScenario });
rmSync(folder, { recursive: true });
step('answers as Express 5 does');
