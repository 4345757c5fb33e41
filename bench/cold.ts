import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { print, summarize } from './compare.js';

const ROUNDS = 9;
/** Where Linux reports memory usage. */
const LINUX = '/proc/self/status';

interface Started {
  readonly ms: number;
  readonly megabytes: number;
}

/** Time from spawn to the first authenticated response, and memory at that point: with the library and with Express alone. */
export async function measureColdStart(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const env = { ...process.env, NODE_ENV: 'production', DB_FILE: join(folder, 'cold.db'), SECRET: randomBytes(32).toString('hex') };
  const token = execFileSync(process.execPath, [fileOf('cold-server')], { env: { ...env, MAKES_USER: '1' } }).toString().trim();
  const rounds: { readonly ours: Started; readonly bare: Started }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ ours: await startOnce('cold-server', { env, token }), bare: await startOnce('plain-server', { env, token }) });
  }
  const compared = (what: keyof Started) => summarize(rounds.map(({ ours, bare }) => ({ ours: ours[what], bare: bare[what] })));
  print('spawn to the first authenticated 200 : Express alone', { ...compared('ms'), aim: '≤ 1.6', unit: 'ms' });
  if (existsSync(LINUX)) print('memory after start : Express alone', { ...compared('megabytes'), aim: '≤ 1.3', unit: 'MB' });
  rmSync(folder, { recursive: true, force: true });
}

async function startOnce(name: string, { env, token }: { readonly env: NodeJS.ProcessEnv; readonly token: string }): Promise<Started> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(process.execPath, [fileOf(name)], { env: { ...env, PORT: String(port) }, stdio: 'inherit' });
  while ((await statusOf(port, token)) !== 200) await sleep(1);
  const ms = performance.now() - begun;
  const memory = existsSync(LINUX) ? readFileSync(`/proc/${child.pid}/status`, 'utf8') : '';
  child.kill();
  await once(child, 'exit');
  return { ms, megabytes: Number(/VmRSS:\s+(\d+)/.exec(memory)?.[1] ?? 0) / 1_024 };
}

function fileOf(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function statusOf(port: number, token: string): Promise<number> {
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', path: '/me', agent: false, headers: { authorization: `Bearer ${token}` } };
    get(options, (response) => void response.resume().on('end', () => resolve(response.statusCode ?? 0))).on('error', () => resolve(0));
  });
}
