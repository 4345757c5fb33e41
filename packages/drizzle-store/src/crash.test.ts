import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuthStore, createAuth } from '@sallyport/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Acknowledged } from './crash.test-kit.js';
import type { CrashMessage } from './crash.test-kit.js';
import { createLibsqlStore } from './index.js';
import { createPostgresStore } from './postgres/index.js';
import { createTestDatabase, whyNoServer } from './postgres/server.test-kit.js';

const ROUNDS = 20;
const SECRET = 'the secret of tests, 32 bytes long or more';

const whyNot = await whyNoServer();
if (whyNot !== null) process.stderr.write(`\n${whyNot}: the crash test on PostgreSQL is skipped (CI runs it)\n`);

/** Starts a process. It loads its modules and waits for the message `go`. */
function prepare(url: string): ChildProcess {
  const child = fork(new URL('crash.test-process.ts', import.meta.url), [url, SECRET], {
    execArgv: ['--import', 'tsx', '--conditions=@sallyport/source'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Runs processes one after the other and kills each under load. Returns what they acknowledged. */
async function killRounds(url: string): Promise<Acknowledged> {
  const acknowledged = new Acknowledged();
  let next = prepare(url);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const child = next;
    const gone = Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    const begun = acknowledged.count;
    child.on('message', (message: CrashMessage) => acknowledged.take(message));
    child.send('go');
    if (round < ROUNDS) next = prepare(url);
    while (acknowledged.count < begun + 24 && child.exitCode === null) await sleep(2);
    // A random delay, so that the kill hits any moment and not only one right after an acknowledgement.
    await sleep(Math.random() * 20);
    child.kill('SIGKILL');
    expect((await gone)[0]).toEqual([null, 'SIGKILL']);
  }
  return acknowledged;
}

/** The acknowledged changes that are missing. */
async function lost(store: AuthStore, { passwords, live, ended }: Acknowledged): Promise<string[]> {
  const auth = createAuth({ secret: SECRET, store, passwords: { cost: 4 }, delivery: false, maintenance: false, throttling: { source: false }, logger: false });
  const found: string[] = [];
  const note = (what: string) => (error: { readonly code?: string }) => void found.push(`${what}: ${error.code}`);
  for (const [email, password] of passwords) await auth.api.login({ email, password }).catch(note('a password'));
  for (const refreshToken of live.values()) await auth.api.refresh({ refreshToken }).catch(note('a refresh'));
  for (const refreshToken of ended.values()) {
    await auth.api.refresh({ refreshToken }).then(
      () => void found.push('a logout'),
      () => undefined,
    );
  }
  await auth.close();
  return found;
}

function expectEnough({ passwords, live, ended }: Acknowledged): void {
  for (const { size } of [passwords, live, ended]) expect(size).toBeGreaterThan(0);
}

describe('F2: twenty times SIGKILL under load', () => {
  it('F2: loses no acknowledged registration, password, refresh or logout from a libsql file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-crash-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const url = `file:${join(folder, 'crash.db')}`;
    const acknowledged = await killRounds(url);
    expectEnough(acknowledged);
    expect(await lost(await createLibsqlStore({ url }), acknowledged)).toEqual([]);
  }, 240_000);

  it.runIf(whyNot === null)('F2: loses none from PostgreSQL', async () => {
    const { url, drop } = await createTestDatabase();
    onTestFinished(drop, 60_000);
    const acknowledged = await killRounds(url);
    expectEnough(acknowledged);
    expect(await lost(await createPostgresStore({ url }), acknowledged)).toEqual([]);
  }, 240_000);
});
