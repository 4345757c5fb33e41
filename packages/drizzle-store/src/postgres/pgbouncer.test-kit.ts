import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isRoot } from './cluster.test-kit.js';
import { isInstalled } from './is-installed.test-kit.js';

export const hasPgBouncer: boolean = isInstalled('pgbouncer');

/** A PgBouncer in transaction mode with `poolSize` connections to the database. */
export async function startPgBouncer(target: string, poolSize: number): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const { hostname, port, pathname, username } = new URL(target);
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-pgbouncer-'));
  const listen = await freePort();
  const settings = [
    '[databases]',
    `* = host=${hostname} port=${port === '' ? 5432 : port} user=${username}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${listen}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    `default_pool_size = ${poolSize}`,
    'max_client_conn = 200',
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, settings.join('\n'));
  chmodSync(folder, 0o755);
  const child = spawn('pgbouncer', ['-q', ...(isRoot ? ['-u', 'postgres'] : []), file], { stdio: 'ignore', cwd: '/' });
  await untilItListens(listen, child);
  return {
    url: `postgres://${username}@127.0.0.1:${listen}${pathname}`,
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilItListens(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error('PgBouncer did not start');
    const listens = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => socket.destroy());
    });
    if (listens) return;
    await sleep(25);
  }
  throw new Error('PgBouncer does not listen');
}
