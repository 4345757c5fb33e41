import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../config.js';
import { createContext } from '../../create-context.js';
import { DeliveryError } from '../../ports/notifier.js';
import type { Notifier } from '../../ports/notifier.js';
import type { AuthStore, StoreMethods } from '../../ports/store/store.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { inbox } from '../../testing/inbox.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import { withTransaction } from '../../unit-of-work.js';

const MINUTE = 60_000;

/** A worker with so many messages in its outbox, all leased by one look, and what the store is asked for. */
async function anOutbox(count: number, { answers = async () => undefined, breaks = () => undefined }: {
  /** What the provider does with the n-th message, from 1. */
  readonly answers?: (nth: number) => Promise<void> | Promise<undefined>;
  /** Called at each `release` of an outcome, with its number, from 1; what it throws is thrown. */
  readonly breaks?: (nth: number) => void;
} = {}) {
  const memory = createMemoryStore();
  const transactions: number[] = [];
  let releases = 0;
  const watched = (tx: StoreMethods): StoreMethods => ({
    ...tx,
    outbox: {
      ...tx.outbox,
      insert: async (message) => tx.outbox.insert(message),
      async release(lease, outcome) {
        breaks((releases += 1));
        transactions[transactions.length - 1] = (transactions.at(-1) ?? 0) + 1;
        return tx.outbox.release(lease, outcome);
      },
    },
  });
  const store: AuthStore = {
    ...memory,
    transaction: async (work) => {
      transactions.push(0);
      return memory.transaction(async (tx) => work(watched(tx)));
    },
  };
  const clock = fakeClock();
  const mail = inbox();
  let sends = 0;
  const notifier: Notifier = {
    channels: ['email'],
    async send(message) {
      await answers((sends += 1));
      await mail.send(message);
    },
  };
  const config = { secret: 'x'.repeat(32), store, clock, notifier, logger: false as const };
  const { context, delivery } = createContext(config, resolveConfig(config));
  await withTransaction(context, {
    caller: { ip: null, userAgent: null },
    async work({ unit }) {
      for (let n = 0; n < count; n += 1) await unit.send({ userId: null, channel: 'email', to: 'a@example.com', content: { kind: 'registration-attempt' } });
    },
  });
  transactions.length = 0;
  const rows = (): readonly object[] => memory.dump()['outbox'] ?? [];
  const events = (): unknown[] => (memory.dump()['events'] ?? []).map((event) => Reflect.get(event, 'type'));
  return { delivery, clock, mail, memory, transactions, rows, events };
}

describe('the outcomes of messages that are delivered together', () => {
  it('are stored in one transaction, each with its event', async () => {
    const { delivery, mail, transactions, rows, events } = await anOutbox(6);
    delivery.wake();
    await mail.settled();
    expect(mail.messages).toHaveLength(6);
    expect(transactions).toEqual([6]);
    expect(rows()).toEqual(Array(6).fill(expect.objectContaining({ sentAt: expect.any(Number), sealedMessage: '' })));
    expect(events()).toEqual(Array(6).fill('message.delivered'));
  });

  it('are those of each message: of three, one is sent, one is tried again and one is given up', async () => {
    const outbox = await anOutbox(3, {
      async answers(nth) {
        if (nth === 2) throw new Error('down');
        if (nth === 3) throw new DeliveryError('no such address', { permanent: true });
      },
    });
    outbox.delivery.wake();
    await outbox.mail.settled();
    expect(outbox.transactions).toEqual([3]);
    expect(outbox.rows()).toMatchObject([
      { sentAt: expect.any(Number), deadAt: null },
      { sentAt: null, deadAt: null, leasedUntil: null, attempts: 1 },
      { sentAt: null, deadAt: expect.any(Number) },
    ]);
    expect(new Set(outbox.events())).toEqual(new Set(['message.delivered', 'message.dead']));
  });

  it('F1: are stored one by one if they cannot be stored together, and one that cannot be stored holds up no other', async () => {
    const outbox = await anOutbox(3, {
      breaks(nth) {
        // The second of the three together, and then the first that is alone.
        if (nth === 2 || nth === 3) throw new Error('no');
      },
    });
    outbox.delivery.wake();
    await outbox.mail.settled();
    expect(outbox.events()).toEqual([]);
    await outbox.clock.advance(1_000);
    await outbox.mail.settled();
    expect(outbox.transactions.slice(1)).toEqual([0, 1, 1]);
    expect(outbox.events()).toEqual(['message.delivered', 'message.delivered']);
    await outbox.clock.advance(1_000);
    await outbox.mail.settled();
    expect(outbox.events()).toHaveLength(3);
    expect(outbox.mail.tries).toHaveLength(3);
  });

  it('F2: are not stored for a message that another worker has leased meanwhile, but for the others', async () => {
    let release: () => void = () => undefined;
    const answer = new Promise<void>((resolve) => (release = resolve));
    const outbox = await anOutbox(2, { answers: async () => answer });
    outbox.delivery.wake();
    await outbox.mail.settled();
    const now = outbox.clock.now();
    const [taken] = await outbox.memory.outbox.lease({ now: now + MINUTE, until: now + 2 * MINUTE, limit: 1 });
    release();
    await outbox.mail.settled();
    expect(outbox.transactions).toEqual([2]);
    expect(outbox.events()).toEqual(['message.delivered']);
    expect(outbox.rows()).toContainEqual(expect.objectContaining({ id: taken?.id, sentAt: null, leasedUntil: now + 2 * MINUTE, attempts: 2 }));
  });
});
