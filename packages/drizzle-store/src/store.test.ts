import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Engine } from './engine/engine.js';
import { createStore } from './store.js';

/** An engine with a delay for each statement, which records its calls. */
function slowEngine(): { readonly engine: Engine; readonly done: string[] } {
  const done: string[] = [];
  const after = async (name: string, delayMs: number) => {
    await sleep(delayMs);
    done.push(name);
    return [];
  };
  const engine: Engine = {
    read: async () => after('read', 5),
    write: async () => after('write', 5),
    begin: async () => void (await after('begin', 0)),
    commit: async () => void (await after('commit', 0)),
    rollback: async () => void (await after('rollback', 0)),
    close: async () => void (await after('close', 0)),
  };
  return { engine, done };
}

describe('the store on an engine', () => {
  it('rolls a transaction back only when every call in it has ended', async () => {
    const { engine, done } = slowEngine();
    const store = createStore({ engine, tablePrefix: 'auth_', waitMs: 1000 });
    const work = store.transaction(async (tx) =>
      Promise.all([tx.attempts.clear(['key'], '1'), Promise.reject(new Error('enough'))]),
    );
    await expect(work).rejects.toThrow('enough');
    await store.close();
    expect(done).toEqual(['begin', 'write', 'write', 'rollback', 'close']);
  });

  it('closes the engine only when pending reads have ended', async () => {
    const { engine, done } = slowEngine();
    const store = createStore({ engine, tablePrefix: 'auth_', waitMs: 1000 });
    await Promise.all([store.users.find('1'), store.close()]);
    expect(done).toEqual(['read', 'close']);
  });

  it('rolls back a change that could not be committed', async () => {
    const { engine, done } = slowEngine();
    const store = createStore({
      engine: { ...engine, commit: async () => Promise.reject(new Error('no')) },
      tablePrefix: 'auth_',
      waitMs: 1000,
    });
    await expect(store.devices.touch('1', 1, null)).rejects.toThrow('no');
    expect(done).toEqual(['begin', 'write', 'rollback']);
    await store.close();
  });
});
