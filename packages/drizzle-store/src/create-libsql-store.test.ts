import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ConfigError } from '@sallyport/core';
import {
  aBackupCode,
  aDevice,
  aFactor,
  aMessage,
  anEvent,
  aOneTimeToken,
  aSession,
  aUser,
  describeStoreContract,
} from '@sallyport/core/testing';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';
import { NoWalError, openFailure } from './engine/open-failure.js';
import { openConnection } from './engine/open-connection.test-kit.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-libsql-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string) => join(folder, `${name}.db`);
const open = async (name: string) => createLibsqlStore({ url: `file:${pathOf(name)}` });

describeStoreContract('a libsql file', async () => open('contract'), { describe, it });
describe('a libsql file', () => {
  it('is found again by a relative, an absolute and a percent-encoded URL', async () => {
    const user = aUser();
    const first = await createLibsqlStore({ url: `file:${folder}/a%20name.db` });
    await first.users.insert(user);
    await first.close();
    for (const url of [`file://${folder}/a%20name.db`, `file:${folder}/./a%20name.db`]) {
      const store = await createLibsqlStore({ url });
      expect(await store.users.find(user.id)).toEqual(user);
      await store.close();
    }
  });

  it('is readable by its owner only, when it is created', async () => {
    const store = await open('private');
    await store.users.insert(aUser());
    expect(statSync(pathOf('private')).mode & 0o777).toBe(0o600);
    expect(statSync(`${pathOf('private')}-wal`).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('does not grow with every purge: freed space is reused', async () => {
    const store = await open('purged');
    const reader = openConnection({ path: pathOf('purged'), synchronous: 'normal' });
    const pages: unknown[] = [];
    for (let cycle = 0; cycle < 4; cycle += 1) {
      await store.transaction(async (tx) => {
        for (let n = 0; n < 500; n += 1) await tx.events.append(anEvent({ at: 1 }));
      });
      for (let purged = 1; purged > 0; ) purged = await store.purge('events', 2, 100);
      pages.push(...reader.execute('PRAGMA page_count', []).flat());
    }
    expect(Number(pages.at(-1))).toBeLessThan(Number(pages[0]) * 1.1);
    reader.close();
    await store.close();
  });

  it('contains nothing deleted or replaced, once it is closed', async () => {
    const store = await open('deleted');
    const user = aUser({ name: 'c4n4ry-name', passwordHash: 'c4n4ry-first' });
    await store.users.insert(user);
    await store.users.replacePasswordHash(user.id, 'c4n4ry-first', 'c4n4ry-second');
    await store.sessions.insert(aSession({ userId: user.id, refreshSalt: 'c4n4ry-salt' }));
    await store.devices.insert(aDevice({ userId: user.id, secretHash: 'c4n4ry-device' }), 5);
    await store.events.append(anEvent({ at: 1, userAgent: 'c4n4ry-agent' }));
    await store.factors.begin(aFactor({ userId: user.id, sealedSecret: 'c4n4ry-first-secret' }));
    await store.factors.begin(aFactor({ userId: user.id, sealedSecret: 'c4n4ry-second-secret' }));
    await store.backupCodes.replace(user.id, [aBackupCode({ userId: user.id, codeHash: 'c4n4ry-code' })]);
    await store.oneTimeTokens.insert(aOneTimeToken({ userId: user.id, payload: { email: 'c4n4ry-email' } }));
    const sent = aMessage({ sealedMessage: 'c4n4ry-sent' });
    await store.outbox.insert(sent);
    await store.outbox.lease({ now: sent.nextAttemptAt, until: sent.nextAttemptAt + 1, limit: 1 });
    await store.outbox.release({ id: sent.id, leasedUntil: sent.nextAttemptAt + 1 }, { kind: 'sent', at: sent.nextAttemptAt });
    await store.outbox.insert(aMessage({ userId: user.id, sealedMessage: 'c4n4ry-unsent' }));
    await store.counters.take({ hitId: '1', key: 'c4n4ry-key', limits: [], now: 1 });
    await store.counters.clear('c4n4ry-key');
    expect(readFileSync(`${pathOf('deleted')}-wal`).includes('c4n4ry-')).toBe(true);
    await store.users.remove(user.id, 'admin');
    await store.purge('events', 2, 10);
    await store.close();
    expect(readFileSync(pathOf('deleted')).includes('c4n4ry-')).toBe(false);
    expect(statSync(`${pathOf('deleted')}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });

  it.each<readonly [string | undefined, string]>([
    ['file::memory:', 'use a file'],
    ['file:a.db?mode=ro', '?'],
    [`file:./100%/a.db`, 'contains a % without two hexadecimal digits: in a file name, write %25'],
    ['file:./%ff.db', 'is not a valid file URL'],
    ['file://elsewhere/a.db', 'is not a valid file URL'],
    [`file:${folder}/nowhere/a.db`, `the folder ${folder}/nowhere does not exist: create it`],
    ['file:./nowhere/a.db', `the folder ${process.cwd()}/nowhere does not exist`],
    [`file:${folder}`, `${folder} is a folder: give the path of a file in it`],
    [`file:${folder}/${'a'.repeat(300)}`, 'ENAMETOOLONG'],
    ['postgres://localhost/a', 'createPostgresStore'],
    ['./a.db', 'file:'],
    [undefined, 'it is undefined: is the environment variable set?'],
    ['', 'must be a string such as file:./auth.db'],
  ])('refuses %s at once and says why', async (url, reason) => {
    const opening = createLibsqlStore({ url });
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow('The store cannot be opened:\n  - url: ');
    await expect(opening).rejects.toThrow(reason);
  });

  it.each<readonly [unknown, string]>([
    [undefined, "options: must be an object, as in { url: '…' }"],
    [null, 'options: must be an object'],
    ['file:./a.db', 'options: must be an object'],
    [[], 'options: must be an object'],
    [Promise.resolve({}), 'options: is a promise: write await before what makes it'],
    [{}, 'url: must be a string such as file:./auth.db'],
    [{ url: 7 }, 'url: must be a string such as file:./auth.db'],
    [{ url: 'file:./a.db', tablePrefix: 7 }, 'tablePrefix: must be lowercase letters'],
    [{ url: 'file:./a.db', synchronous: 'off' }, "synchronous: must be 'normal' or 'full'"],
    [{ url: 'file:./a.db', migrate: 'false' }, 'migrate: must be true or false'],
    [{ url: 'file:./a.db', waitMs: '5s' }, 'waitMs: must be a number of milliseconds'],
    [{ url: 'file:./a.db', waitMs: Number.NaN }, 'waitMs: must be a number of milliseconds'],
  ])('says at once what is wrong with the options %j', async (options, reason) => {
    const opening = createLibsqlStore(options as never);
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(`The store cannot be opened:\n  - ${reason}`);
  });

  it('reports a file and a folder that cannot be written, with the remedy', async () => {
    const locked = join(folder, 'locked');
    mkdirSync(locked);
    await (await createLibsqlStore({ url: `file:${locked}/there.db` })).close();
    chmodSync(locked, 0o555);
    chmodSync(join(locked, 'there.db'), 0o666);
    chmodSync(folder, 0o755);
    const openings = ['new.db', 'there.db'].map((name) => [name, `${locked}/${name} cannot be written`] as const);
    // Run as another user, because root may write everywhere.
    process.seteuid?.(65_534);
    try {
      for (const [name, reason] of openings) {
        await expect(createLibsqlStore({ url: `file:${locked}/${name}` })).rejects.toThrow(reason);
        await expect(createLibsqlStore({ url: `file:${locked}/${name}` })).rejects.toBeInstanceOf(ConfigError);
      }
    } finally {
      process.seteuid?.(process.getuid?.() ?? 0);
    }
  });

  it('reports that a file is not a database, and does not change it', async () => {
    const path = join(folder, 'notes.txt');
    const text = 'not a database, '.repeat(100);
    writeFileSync(path, text);
    await expect(createLibsqlStore({ url: `file:${path}` })).rejects.toThrow(`${path} is not an SQLite database, or is encrypted`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('reports the path of a new file only', async () => {
    const url = `file:${relative(process.cwd(), pathOf('new'))}`;
    for (const expected of [[{ message: 'there was no database file, so a new one was created', fields: { file: pathOf('new') } }], []]) {
      const store = await createLibsqlStore({ url });
      expect(store.notices).toEqual(expected);
      await store.close();
    }
  });

  it('says what to install if the native driver does not run', async () => {
    vi.doMock('libsql', () => {
      throw new Error('Cannot find module @libsql/linux-x64-musl');
    });
    const opening = open('undriven');
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(`a file needs the package libsql, and the installed one does not run on ${process.platform}-${process.arch}`);
    vi.doUnmock('libsql');
  });

  it('reports a file system that does not support the log', async () => {
    const error = openFailure(new NoWalError(), '/mnt/a.db');
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/\/mnt\/a\.db is on a file system without the shared memory/);
    expect(openFailure(Object.assign(new Error('shm'), { code: 'SQLITE_IOERR_SHMMAP' }), '/mnt/a.db')).toEqual(error);
    expect(openFailure(Object.assign(new Error('no'), { code: 'EROFS' }), '/mnt/a.db').message).toContain('mounted read-only');
    // Errors that may be temporary are not configuration errors.
    writeFileSync(pathOf('passing'), '');
    for (const code of ['EMFILE', 'ENOSPC', 'SQLITE_IOERR_READ', 'SQLITE_CANTOPEN']) {
      expect(openFailure(Object.assign(new Error('no'), { code }), pathOf('passing'))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
  });

  it('says what to install for a server', async () => {
    vi.doMock('@libsql/client', () => {
      throw new Error('not installed');
    });
    await expect(createLibsqlStore({ url: 'libsql://localhost' })).rejects.toThrow('install @libsql/client');
    vi.doUnmock('@libsql/client');
  });

});
