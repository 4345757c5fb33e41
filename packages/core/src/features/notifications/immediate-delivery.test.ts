import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../config.js';
import type { Context } from '../../context.js';
import { createContext } from '../../create-context.js';
import type { AuthStore } from '../../ports/store/store.js';
import { fakeClock } from '../../testing/fake-clock.js';
import type { FakeClock } from '../../testing/fake-clock.js';
import { inbox } from '../../testing/inbox.js';
import type { Inbox } from '../../testing/inbox.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import type { MemoryStore } from '../../testing/memory/memory-store.js';
import { withTransaction } from '../../unit-of-work.js';

const MINUTE = 60_000;
const CALLER = { ip: null, userAgent: null };

interface Process {
  readonly context: Context;
  readonly memory: MemoryStore;
  readonly clock: FakeClock;
  readonly mail: Inbox;
  /** Which methods of the outbox were called outside of transactions. */
  readonly calls: string[];
  /** Sends messages in one transaction; `fails` rolls it back. */
  readonly send: (options?: { readonly count?: number; readonly fails?: boolean }) => Promise<void>;
}

function aProcess({ memory = createMemoryStore(), clock = fakeClock(), worksOn }: { memory?: MemoryStore; clock?: FakeClock; worksOn?: AuthStore } = {}): Process {
  const mail = inbox();
  const calls: string[] = [];
  const outbox = new Proxy(memory.outbox, {
    get(target, name) {
      calls.push(String(name));
      return Reflect.get(target, name);
    },
  });
  const config = { secret: 'x'.repeat(32), store: { ...(worksOn ?? memory), outbox }, clock, notifier: mail, logger: false } as const;
  const { context } = createContext(config, resolveConfig(config));
  const content = { kind: 'registration-attempt' } as const;
  return {
    context,
    memory,
    clock,
    mail,
    calls,
    send: async ({ count = 1, fails = false } = {}) =>
      withTransaction(context, {
        caller: CALLER,
        async work({ unit }) {
          for (let n = 0; n < count; n += 1) await unit.send({ userId: null, channel: 'email', to: 'a@example.com', content });
          if (fails) throw new Error('no');
        },
      }),
  };
}

const rows = ({ memory }: Process): readonly object[] => memory.dump()['outbox'] ?? [];

describe('immediate delivery', () => {
  it('delivers what this process has stored without reading the outbox', async () => {
    const process = aProcess();
    await process.send({ count: 3 });
    expect(rows(process)).toMatchObject(Array.from({ length: 3 }, () => ({ attempts: 1, leasedUntil: process.clock.now() + MINUTE })));
    await process.mail.settled();
    expect(process.mail.messages).toHaveLength(3);
    expect(rows(process)).toMatchObject(Array.from({ length: 3 }, () => ({ sentAt: process.clock.now() })));
    expect(process.calls).toEqual([]);
  });

  it('looks for a message again when it is due after a failure', async () => {
    const process = aProcess();
    process.mail.fail();
    await process.send();
    await process.mail.settled();
    process.mail.recover();
    await process.clock.advance(MINUTE);
    expect(process.mail.messages).toHaveLength(1);
    expect(process.calls).toContain('lease');
  });

  it('sends nothing of transactions that failed, and has their places free again', async () => {
    const process = aProcess();
    for (let n = 0; n < 20; n += 1) await expect(process.send({ fails: true })).rejects.toThrow('no');
    await process.send({ count: 8 });
    expect(process.mail.tries).toEqual([]);
    await process.mail.settled();
    expect(process.mail.messages).toHaveLength(8);
    expect(process.calls).toEqual([]);
  });

  it('delivers once if the store runs a transaction again after a conflict', async () => {
    const memory = createMemoryStore();
    const worksOn: AuthStore = {
      ...memory,
      async transaction(work) {
        const conflict = new Error('conflict');
        for (let n = 0; n < 10; n += 1) {
          const attempt = memory.transaction(async (tx) => {
            await work(tx);
            throw conflict;
          });
          await expect(attempt).rejects.toBe(conflict);
        }
        return memory.transaction(work);
      },
    };
    const process = aProcess({ memory, worksOn });
    await process.send();
    await process.mail.settled();
    expect([process.mail.messages.length, rows(process).length]).toEqual([1, 1]);
    await process.send({ count: 8 });
    await process.mail.settled();
    expect(process.mail.messages).toHaveLength(9);
    expect(process.calls).toEqual([]);
  });

  it('leaves to any worker what it has no place for', async () => {
    const process = aProcess();
    process.mail.hang();
    await process.send({ count: 10 });
    expect(rows(process).filter((row) => Reflect.get(row, 'leasedUntil') === null)).toHaveLength(2);
    const other = aProcess({ memory: process.memory, clock: process.clock });
    other.context.delivery.wake();
    await other.mail.settled();
    expect(other.mail.messages).toHaveLength(2);
  });

  it('F2: another worker delivers what a process stored before it died', async () => {
    const dead = aProcess();
    const content = { kind: 'registration-attempt' } as const;
    const message = dead.context.sealMessage({ userId: null, channel: 'email', to: 'a@example.com', content });
    await dead.memory.outbox.insert(dead.context.delivery.lease(message));
    const other = aProcess({ memory: dead.memory, clock: dead.clock });
    other.context.delivery.wake();
    await other.mail.settled();
    expect(other.mail.messages).toEqual([]);
    await other.clock.advance(MINUTE);
    expect(other.mail.messages).toHaveLength(1);
  });

  it('delivers after a commit whose answer was lost, when the lease has expired', async () => {
    const memory = createMemoryStore();
    const worksOn: AuthStore = {
      ...memory,
      async transaction(work) {
        await memory.transaction(work);
        throw new Error('connection lost');
      },
    };
    const process = aProcess({ memory, worksOn });
    await expect(process.send()).rejects.toThrow('connection lost');
    const next = aProcess({ memory, clock: process.clock });
    next.context.delivery.wake();
    await next.mail.settled();
    await next.clock.advance(MINUTE);
    expect([process.mail.tries.length, next.mail.messages.length]).toEqual([0, 1]);
  });
});
