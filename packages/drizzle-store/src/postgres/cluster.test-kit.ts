import { execFile } from 'node:child_process';
import { appendFileSync, chownSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A PostgreSQL server for one test, which may stop it. */
export interface Cluster {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** `immediate` acts as a crash: the server recovers when it starts again. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  remove(): Promise<void>;
}

/** The program folder of the newest installed server, as Debian lays it out; `null` if there is none. */
export function serverPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const [newest] = readdirSync(root).toSorted((a, b) => Number(b) - Number(a));
  return newest === undefined ? null : join(root, newest, 'bin');
}

export interface ClusterOptions {
  /** If both are given, the server uses TLS. */
  readonly certificate?: string;
  readonly key?: string;
}

export async function createCluster({ certificate, key }: ClusterOptions = {}): Promise<Cluster> {
  const programs = serverPrograms();
  if (programs === null) throw new Error('No PostgreSQL server is installed');
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-cluster-'));
  const data = join(folder, 'data');
  const port = await freePort();
  await giveToPostgres(folder);
  await asPostgres(join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync']);
  const settings = [`port = ${port}`, "listen_addresses = '127.0.0.1'", `unix_socket_directories = '${folder}'`];
  if (certificate !== undefined && key !== undefined) {
    for (const [from, name] of [[certificate, 'server.crt'], [key, 'server.key']] as const) {
      copyFileSync(from, join(data, name));
      await giveToPostgres(join(data, name));
    }
    settings.push('ssl = on');
  }
  appendFileSync(join(data, 'postgresql.conf'), settings.join('\n'));
  const control = async (...args: readonly string[]): Promise<void> => {
    await asPostgres(join(programs, 'pg_ctl'), ['-D', data, '-l', join(folder, 'log'), '-w', ...args]);
  };
  const cluster: Cluster = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    start: async () => control('start'),
    stop: async (mode) => control('-m', mode, 'stop'),
    async remove() {
      await cluster.stop('immediate').catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await cluster.start();
  return cluster;
}

/** PostgreSQL and PgBouncer refuse to run as root. */
export const isRoot: boolean = process.getuid?.() === 0;

async function asPostgres(program: string, args: readonly string[]): Promise<void> {
  if (isRoot) await run('runuser', ['-u', 'postgres', '--', program, ...args], { cwd: '/' });
  else await run(program, args);
}

export async function giveToPostgres(path: string): Promise<void> {
  if (!isRoot) return;
  const [user, group] = await Promise.all(['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)));
  chownSync(path, user ?? 0, group ?? 0);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('No port is free');
  return address.port;
}
