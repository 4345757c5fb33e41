import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@libsql/client';
import { afterAll, describe, expect, it } from 'vitest';
import { createClientEngine, type LibsqlClient } from './client-engine.js';
import type { Engine } from './engine.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-client-'));
afterAll(() => rmSync(folder, { recursive: true }));
const unavailable = (cause: string) => expect.objectContaining({ code: 'STORE_UNAVAILABLE', cause });

/** An engine on a table `t` whose one column `a` is unique and holds 1. */
async function openEngine(name: string): Promise<Engine> {
  const client = createClient({ url: `file:${join(folder, name)}.db` });
  await client.executeMultiple('CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)');
  return createClientEngine({ client, waitMs: 200, closeClient: true });
}
const begin = async (engine: Engine) => engine.begin(performance.now() + 200);
const rows = async (engine: Engine) => (await engine.read('SELECT a FROM t ORDER BY a', [])).flat();

describe('the engine of a libsql client', () => {
  it('continues a transaction whose first statement was refused', async () => {
    const engine = await openEngine('refused');
    await begin(engine);
    await expect(engine.write('INSERT INTO t VALUES (1)', [])).rejects.toMatchObject({ name: 'StoreError' });
    await engine.write('INSERT INTO t VALUES (2)', []);
    await engine.commit();
    expect(await rows(engine)).toEqual([1, 2]);
    await engine.close();
  });

  it('puts concurrent statements into one transaction', async () => {
    const engine = await openEngine('at-once');
    await begin(engine);
    await Promise.all([engine.write('INSERT INTO t VALUES (2)', []), engine.write('INSERT INTO t VALUES (3)', [])]);
    await engine.commit();
    expect(await rows(engine)).toEqual([1, 2, 3]);
    await engine.close();
  });

  it('commits nothing of a failed transaction', async () => {
    const engine = await openEngine('broken');
    await begin(engine);
    await engine.write('INSERT INTO t VALUES (2)', []);
    await expect(engine.write('INSERT INTO nowhere VALUES (1)', [])).rejects.toThrow('SQLITE_ERROR');
    await expect(engine.write('INSERT INTO t VALUES (3)', [])).rejects.toEqual(unavailable('the transaction was lost'));
    await expect(engine.commit()).rejects.toEqual(unavailable('the transaction was lost'));
    await engine.rollback();
    expect(await rows(engine)).toEqual([1]);
    await engine.close();
  });

  it('leaves no lock if the first statement failed', async () => {
    const engine = await openEngine('unlocked');
    await begin(engine);
    await expect(engine.write('INSERT INTO nowhere VALUES (1)', [])).rejects.toThrow('SQLITE_ERROR');
    await engine.rollback();
    await begin(engine);
    await engine.write('INSERT INTO t VALUES (2)', []);
    await engine.commit();
    expect(await rows(engine)).toEqual([1, 2]);
    await engine.close();
  });

  it('closes a transaction that began too late', async () => {
    let closed = false;
    const late = { execute: never, commit: never, rollback: never, close: () => void (closed = true) };
    const client: LibsqlClient = {
      execute: never,
      transaction: async () => sleep(60, late),
      reconnect: () => undefined,
      close: () => undefined,
    };
    const engine = createClientEngine({ client, waitMs: 20, closeClient: true });
    await engine.begin(performance.now() + 20);
    await expect(engine.write('SELECT 1', [])).rejects.toEqual(unavailable('no response in time'));
    await engine.rollback();
    expect(closed).toBe(false);
    await sleep(60);
    expect(closed).toBe(true);
  });
});

async function never(): Promise<never> {
  return new Promise(() => undefined);
}
