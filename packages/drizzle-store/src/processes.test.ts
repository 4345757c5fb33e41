import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aUser } from '@sallyport/core/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { openConnection } from './engine/open-connection.test-kit.js';
import { makeFormerDatabase } from './former-database.test-kit.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-processes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string) => join(folder, `${name}.db`);

interface Writer {
  readonly process: ChildProcess;
  readonly acknowledged: string[];
  /** Resolves with the exit code, once all messages have arrived. */
  readonly done: Promise<number | null>;
}

/** Starts a process that writes events about one user. */
function startWriter(path: string, userId: string, durationMs: number): Writer {
  const child = fork(new URL('writer.test-process.ts', import.meta.url), [`file:${path}`, userId, String(durationMs)], {
    execArgv: ['--import', 'tsx', '--conditions=@sallyport/source'],
  });
  const acknowledged: string[] = [];
  child.on('message', (ids) => void acknowledged.push(...(ids as string[])));
  const done = Promise.all([once(child, 'exit'), once(child, 'disconnect')]).then(([[code]]) => code as number | null);
  return { process: child, acknowledged, done };
}

function storedIds(path: string, userId: string): Set<unknown> {
  const connection = openConnection({ path, synchronous: 'normal' });
  const rows = connection.execute('SELECT id FROM auth_events WHERE user_id = ?', [userId]);
  expect(connection.execute('PRAGMA integrity_check', [])).toEqual([['ok']]);
  connection.close();
  return new Set(rows.map(([id]) => id));
}

describe('a libsql file and several processes', () => {
  it('keep exactly the acknowledged writes of three concurrent processes, which open a new file', async () => {
    const path = pathOf('three');
    const userIds = [aUser().id, aUser().id, aUser().id];
    const writers = userIds.map((userId) => startWriter(path, userId, 1000));
    expect(await Promise.all(writers.map(async ({ done }) => done))).toEqual([0, 0, 0]);
    for (const [n, { acknowledged }] of writers.entries()) {
      // Every process could write.
      expect(acknowledged.length).toBeGreaterThan(50);
      expect(storedIds(path, userIds[n] ?? '')).toEqual(new Set(acknowledged));
    }
  });

  it('F2: lose no acknowledged write if processes are killed under load, also right after opening a file of 0.1.0', async () => {
    const path = pathOf('killed');
    makeFormerDatabase(path).close();
    const userIds = [aUser().id, aUser().id];
    const writers = userIds.map((userId) => startWriter(path, userId, 20_000));
    for (const { process: child, done } of writers) {
      while (writers.some(({ acknowledged }) => acknowledged.length < 200)) await sleep(10);
      await sleep(100);
      child.kill('SIGKILL');
      await done;
    }
    for (const [n, { acknowledged }] of writers.entries()) {
      const stored = storedIds(path, userIds[n] ?? '');
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    }
  });
});
