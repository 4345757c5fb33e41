import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { anEvent, aUser } from '@sallyport/core/testing';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { createLibsqlStore } from '../create-libsql-store.js';
import { openNativeEngine } from './native-engine.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-engine-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string) => join(folder, `${name}.db`);
const openStore = async (name: string, waitMs: number) => createLibsqlStore({ url: `file:${pathOf(name)}`, waitMs });
const unavailable = (cause: string) => expect.objectContaining({ code: 'STORE_UNAVAILABLE', cause });

describe('a database file that another process has locked', () => {
  it('is waited for without blocking the event loop', async () => {
    const store = await openStore('waited', 5000);
    const other = new Database(pathOf('waited'));
    other.exec('BEGIN IMMEDIATE');
    const user = aUser();
    const insert = store.users.insert(user);
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    // Reads do not wait for the writer.
    expect(await store.users.find(user.id)).toBeNull();
    await sleep(100);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
    other.exec('COMMIT');
    expect(await insert).toEqual({ kind: 'inserted' });
    expect(await store.users.find(user.id)).toEqual(user);
    other.close();
    await store.close();
  });

  it('is waited for by a purge in a worker thread, which can be retried after a timeout', async () => {
    const store = await openStore('swept', 300);
    for (let n = 0; n < 3; n += 1) await store.events.append(anEvent({ at: 1 }));
    const other = new Database(pathOf('swept'));
    other.exec('BEGIN IMMEDIATE');
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    await expect(store.purge('events', 2, 2)).rejects.toEqual(unavailable('SQLITE_BUSY'));
    // SQLite itself waits here. Outside of a worker thread it would block the event loop.
    expect(ticks).toBeGreaterThan(20);
    clearInterval(timer);
    const purge = store.purge('events', 2, 2);
    await sleep(50);
    other.exec('COMMIT');
    expect(await purge).toBe(2);
    expect(await store.purge('events', 2, 2)).toBe(1);
    other.close();
    await store.close();
  });

  it('can be opened for a purge later, if it could not be opened before', async () => {
    const [here, away] = [join(folder, 'here'), join(folder, 'away')];
    mkdirSync(here);
    const engine = await openNativeEngine({ path: join(here, 'a.db'), synchronous: 'normal', waitMs: 100 });
    await engine.begin(performance.now() + 100);
    await engine.write('CREATE TABLE t (a)', []);
    await engine.write('INSERT INTO t VALUES (1), (2)', []);
    await engine.commit();
    renameSync(here, away);
    await expect(engine.sweep?.('DELETE FROM t', [])).rejects.toEqual(unavailable('the file cannot be opened'));
    renameSync(away, here);
    expect(await engine.sweep?.('DELETE FROM t', [])).toHaveLength(2);
    await engine.close();
  });

  it('is also waited for when the store opens', async () => {
    const path = pathOf('exclusive');
    const other = new Database(path);
    other.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; CREATE TABLE t (a); COMMIT');
    await expect(openStore('exclusive', 30)).rejects.toEqual(unavailable('SQLITE_BUSY'));
    const opening = openStore('exclusive', 5000);
    await sleep(50);
    other.close();
    const store = await opening;
    await store.ping();
    await store.close();
  });

  it('is unavailable after the timeout, and works again once it is free, with nothing lost', async () => {
    const store = await openStore('refused', 30);
    const other = new Database(pathOf('refused'));
    other.exec('BEGIN IMMEDIATE');
    const [lost, kept] = [aUser(), aUser()];
    await expect(store.users.insert(lost)).rejects.toEqual(unavailable('SQLITE_BUSY'));
    await expect(store.transaction(async (tx) => tx.users.insert(lost))).rejects.toEqual(unavailable('SQLITE_BUSY'));
    other.exec('COMMIT');
    await store.users.insert(kept);
    const rows = () => other.prepare('SELECT id FROM auth_users').raw().all([]);
    expect(rows()).toEqual([[kept.id]]);
    other.close();
    await store.close();
  });
});

describe('a long queue of writes', () => {
  it('does not block the event loop', async () => {
    const store = await openStore('queue', 20_000);
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    await Promise.all(Array.from({ length: 3000 }, async () => store.events.append(anEvent())));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
    await store.close();
  });
});

describe('a transaction', () => {
  it('that waits for a method outside of itself fails, without blocking others', async () => {
    const store = await openStore('deadlock', 200);
    const user = aUser();
    const work = store.transaction(async (tx) => {
      await tx.users.insert(user);
      await store.events.append(anEvent());
    });
    await expect(work).rejects.toEqual(unavailable('too many calls are waiting for the database'));
    expect(await store.users.insert(user)).toEqual({ kind: 'inserted' });
    await store.close();
  });

  it('is rolled back if a call in it was not awaited', async () => {
    const store = await openStore('floating', 5000);
    const user = aUser();
    const work = store.transaction(async (tx) => void tx.users.insert(user));
    await expect(work).rejects.toThrow('an `await` is missing');
    expect(await store.users.find(user.id)).toBeNull();
    await store.close();
  });

  it('cannot be used after its end', async () => {
    const store = await openStore('ended', 5000);
    const tx = await store.transaction(async (methods) => methods);
    await expect(tx.users.insert(aUser())).rejects.toThrow('This transaction has ended');
    await store.close();
  });
});

describe('the engine of a database file', () => {
  const openEngine = async (name: string) =>
    openNativeEngine({ path: pathOf(name), synchronous: 'normal', waitMs: 1000 });
  const deadline = () => performance.now() + 1000;
  const inTransaction = async (engine: Awaited<ReturnType<typeof openEngine>>, ...statements: string[]) => {
    await engine.begin(deadline());
    for (const statement of statements) await engine.write(statement, []);
    await engine.commit();
  };

  it('enforces foreign keys and overwrites deleted data', async () => {
    const engine = await openEngine('pragmas');
    for (const pragma of ['foreign_keys', 'secure_delete']) {
      expect(await engine.read(`PRAGMA ${pragma}`, [])).toEqual([[1]]);
    }
    expect(await engine.read('PRAGMA journal_mode', [])).toEqual([['wal']]);
    await engine.close();
  });

  it.each([
    ['normal', 1],
    ['full', 2],
  ] as const)('commits with `synchronous: %s`', async (synchronous, level) => {
    const engine = await openNativeEngine({ path: pathOf(`synchronous-${synchronous}`), synchronous, waitMs: 1000 });
    expect(await engine.read('PRAGMA synchronous', [])).toEqual([[level]]);
    await inTransaction(engine, 'CREATE TABLE t (a)');
    await engine.begin(deadline());
    expect(await engine.write('PRAGMA synchronous', [])).toEqual([[level]]);
    await engine.rollback();
    await engine.close();
  });

  it('discards a transaction that a full disk broke, and continues with a new connection', async () => {
    const engine = await openEngine('full');
    await inTransaction(engine, 'CREATE TABLE t (a)');
    await engine.begin(deadline());
    await engine.write('PRAGMA max_page_count = 3', []);
    await engine.write("INSERT INTO t VALUES ('kept?')", []);
    const insert = engine.write('INSERT INTO t VALUES (randomblob(100000))', []);
    await expect(insert).rejects.toEqual(unavailable('SQLITE_FULL'));
    await engine.rollback();
    await inTransaction(engine, 'INSERT INTO t VALUES (randomblob(100000))');
    expect(await engine.read('SELECT count(*) FROM t', [])).toEqual([[1]]);
    await engine.close();
  });

  it('commits nothing of a transaction that SQLite has ended by itself', async () => {
    const engine = await openEngine('lost');
    await inTransaction(engine, 'CREATE TABLE t (a UNIQUE)', 'INSERT INTO t VALUES (1)');
    await engine.begin(deadline());
    await engine.write('INSERT INTO t VALUES (2)', []);
    await expect(engine.write('INSERT OR ROLLBACK INTO t VALUES (1)', [])).rejects.toThrow('SQLITE_CONSTRAINT');
    await expect(engine.write('INSERT INTO t VALUES (3)', [])).rejects.toEqual(unavailable('the transaction was lost'));
    await expect(engine.commit()).rejects.toEqual(unavailable('the transaction was lost'));
    await engine.rollback();
    expect(await engine.read('SELECT a FROM t', [])).toEqual([[1]]);
    await engine.close();
  });
});
