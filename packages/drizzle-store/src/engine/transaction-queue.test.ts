import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.js';
import { createTransactionQueue } from './transaction-queue.js';

/** An engine that records its calls, and fails at those in `failing`. */
function recordingEngine(failing: readonly string[] = []) {
  const told: string[] = [];
  const tell = (what: string) => async (): Promise<void> => {
    told.push(what);
    if (failing.includes(what)) throw new Error(`${what} failed`);
  };
  const engine: Engine = {
    read: async () => [],
    write: async () => [],
    begin: tell('begin'),
    commit: tell('commit'),
    rollback: tell('rollback'),
    savepoints: { set: tell('set'), release: tell('release'), rollback: tell('back') },
    close: tell('close'),
  };
  return { engine, told };
}

const outcomes = async (jobs: readonly Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(jobs)).map((job) => (job.status === 'fulfilled' ? job.value : String(job.reason)));

const refused = async (): Promise<never> => Promise.reject(new Error('refused'));

describe('a group of transactions', () => {
  it('F1: shares one commit, and a failing one rolls back its own changes only', async () => {
    const { engine, told } = recordingEngine();
    const queue = createTransactionQueue(engine, 1_000);
    const jobs = [queue.run(async () => 'a'), queue.run(refused), queue.run(async () => 'c')];
    expect(await outcomes(jobs)).toEqual(['a', 'Error: refused', 'c']);
    expect(told).toEqual(['begin', 'set', 'release', 'set', 'back', 'set', 'release', 'commit']);
  });

  it('F2: acknowledges nothing before the commit, and nothing at all if that fails', async () => {
    const { engine, told } = recordingEngine(['commit']);
    const queue = createTransactionQueue(engine, 1_000);
    expect(await outcomes([queue.run(async () => 'a'), queue.run(async () => 'b')])).toEqual(['Error: commit failed', 'Error: commit failed']);
    expect(told.slice(-2)).toEqual(['commit', 'rollback']);
  });

  it('F1: fails as a whole if one of its jobs loses the transaction', async () => {
    const { engine, told } = recordingEngine(['back']);
    const queue = createTransactionQueue(engine, 1_000);
    const jobs = [queue.run(async () => 'a'), queue.run(refused), queue.run(async () => 'c')];
    expect(await outcomes(jobs)).toEqual(['Error: back failed', 'Error: refused', 'c']);
    expect(told).toEqual(['begin', 'set', 'release', 'set', 'back', 'rollback', 'begin', 'set', 'release', 'commit']);
  });

  it('has one job if the engine has no savepoints', async () => {
    const { engine, told } = recordingEngine();
    const { savepoints: _, ...remote } = engine;
    const queue = createTransactionQueue(remote, 1_000);
    expect(await outcomes([queue.run(async () => 'a'), queue.run(refused), queue.run(async () => 'c')])).toEqual(['a', 'Error: refused', 'c']);
    expect(told).toEqual(['begin', 'commit', 'begin', 'rollback', 'begin', 'commit']);
  });
});
