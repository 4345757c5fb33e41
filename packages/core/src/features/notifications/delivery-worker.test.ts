import type { Context } from '../../context.js';
import type { DeliveryWorker } from './delivery-worker.js';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AuthEvent } from '../../model/events.js';
import { resolveConfig } from '../../config.js';
import type { AuthConfig } from '../../auth-config.js';
import { createContext } from '../../create-context.js';
import { DeliveryError } from '../../ports/notifier.js';
import type { Notification, Notifier } from '../../ports/notifier.js';
import type { LogFields, Logger } from '../../ports/logger.js';
import type { AuthStore } from '../../ports/store/store.js';
import { aUser } from '../../testing/builders.js';
import { failingStore } from '../../testing/failing-store.js';
import { fakeClock } from '../../testing/fake-clock.js';
import type { FakeClock } from '../../testing/fake-clock.js';
import { inbox } from '../../testing/inbox.js';
import type { Inbox } from '../../testing/inbox.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import type { MemoryStore } from '../../testing/memory/memory-store.js';
import { withTransaction } from '../../unit-of-work.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CODE = '914273';
const OWNER = aUser();

interface Post {
  readonly context: Context;
  readonly delivery: DeliveryWorker;
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly mail: Inbox;
  readonly log: unknown[];
  /** Sends this many messages in a transaction of their own. */
  readonly send: (count?: number) => Promise<void>;
  /** What happened to messages, oldest first. */
  readonly events: () => Promise<readonly object[]>;
}

interface PostOptions {
  readonly store?: MemoryStore;
  readonly worksOn?: AuthStore;
  readonly clock?: FakeClock;
  readonly notifier?: Notifier;
  readonly config?: Partial<AuthConfig>;
}

/** A worker on an outbox in memory, of a process of its own as far as it knows. */
async function aPost({ store = createMemoryStore(), worksOn = store, clock = fakeClock(), notifier, config }: PostOptions = {}): Promise<Post> {
  const mail = inbox();
  const log: unknown[] = [];
  const complete = { secret: 'x'.repeat(32), store: worksOn, clock, notifier: notifier ?? mail, logger: capture(log), ...config };
  const { context, delivery } = createContext(complete, resolveConfig(complete));
  if ((await store.users.find(OWNER.id)) === null) await store.users.insert(OWNER);
  return {
    context,
    delivery,
    store,
    clock,
    mail,
    log,
    send: async (count = 1) =>
      withTransaction({ ...context, database: store }, {
        caller: { ip: null, userAgent: null },
        async work({ unit }) {
          for (let n = 0; n < count; n += 1) {
            const content = { kind: 'two-factor-code', code: CODE, expiresAt: clock.now() + 2 * HOUR } as const;
            await unit.send({ userId: OWNER.id, channel: 'email', to: OWNER.email, content });
          }
        },
      }),
    async events() {
      const events = await store.events.list(OWNER.id, { limit: 1_000 });
      return events.filter(({ type }) => type.startsWith('message.')).toReversed();
    },
  };
}

function capture(log: unknown[]): Logger {
  const write = (message: string, fields?: LogFields): void => void log.push({ message, ...fields });
  return { error: write, warn: write, info: write, http: write, debug: write };
}

const rows = ({ store }: Post): readonly object[] => store.dump()['outbox'] ?? [];

describe('delivery', () => {
  it('sends committed messages, erases their content, and records an event', async () => {
    const post = await aPost();
    await post.send();
    const message = await post.mail.next('two-factor-code');
    expect(message).toMatchObject({ channel: 'email', to: OWNER.email, subject: 'Your Sallyport code', data: { code: CODE } });
    await post.mail.settled();
    expect(rows(post)).toMatchObject([{ id: message.id, sentAt: post.clock.now(), attempts: 1, sealedMessage: '' }]);
    expect(await post.events()).toMatchObject([
      {
        type: 'message.delivered',
        outcome: 'success',
        userId: OWNER.id,
        actorId: null,
        detail: { messageId: message.id, kind: 'two-factor-code', channel: 'email', attempts: 1 },
      },
    ]);
  });

  it('sends nothing of a transaction that was rolled back', async () => {
    const { context, mail } = await aPost();
    const content = { kind: 'registration-attempt' } as const;
    const work = withTransaction(context, {
      caller: { ip: null, userAgent: null },
      async work({ unit }) {
        await unit.send({ userId: null, channel: 'email', to: OWNER.email, content });
        throw new Error('no');
      },
    });
    await expect(work).rejects.toThrow('no');
    await mail.settled();
    expect(mail.tries).toEqual([]);
  });

  it('sends at its start what an earlier process left', async () => {
    const earlier = await aPost();
    await earlier.delivery.close();
    await earlier.send(3);
    await earlier.mail.settled();
    expect(earlier.mail.tries).toEqual([]);
    const { delivery, mail, clock } = await aPost(earlier);
    delivery.start();
    await clock.advance(0);
    await mail.settled();
    expect(mail.messages).toHaveLength(3);
  });

  it('finds messages of a process that died', async () => {
    const [here, store] = [await aPost(), createMemoryStore()];
    const { delivery, mail, clock } = await aPost({ store });
    delivery.start();
    await clock.advance(0);
    await store.transaction(async (tx) => tx.outbox.insert(here.context.sealMessage({ userId: null, channel: 'email', to: 'a@example.com', content: { kind: 'registration-attempt' } })));
    await clock.advance(5 * MINUTE);
    await mail.settled();
    expect(mail.messages).toHaveLength(1);
  });

  it('retries ten times, after 5 seconds doubling minus up to half at random, then gives up with an event', async () => {
    const times: number[] = [];
    const clock = fakeClock();
    const notifier: Notifier = {
      channels: ['email'],
      async send() {
        times.push(clock.now());
        throw new Error('down');
      },
    };
    const post = await aPost({ clock, notifier });
    await post.send();
    await post.mail.settled();
    await clock.advance(2 * HOUR - MINUTE);
    expect(times).toHaveLength(10);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    waits.forEach((wait, index) => {
      const full = Math.min(5 * SECOND * 2 ** index, HOUR);
      expect(wait).toBeGreaterThan(full / 2 - 1);
      expect(wait).toBeLessThanOrEqual(full);
    });
    expect(rows(post)).toMatchObject([{ attempts: 10, deadAt: times.at(-1), sentAt: null }]);
    expect(await post.events()).toMatchObject([
      { type: 'message.dead', outcome: 'failure', userId: OWNER.id, detail: { reason: 'tries', attempts: 10 } },
    ]);
  });

  it('uses the same message id at every attempt', async () => {
    const { send, mail, clock, events } = await aPost();
    mail.fail();
    await send();
    await mail.settled();
    await clock.advance(MINUTE);
    mail.recover();
    await clock.advance(2 * MINUTE);
    expect(mail.messages).toHaveLength(1);
    expect(new Set(mail.tries.map(({ id }) => id)).size).toBe(1);
    expect(await events()).toMatchObject([{ type: 'message.delivered', detail: { attempts: mail.tries.length } }]);
  });

  it('gives up at once if the provider refuses for good', async () => {
    const { send, mail, clock, events } = await aPost();
    mail.fail(new DeliveryError('no such address', { permanent: true }));
    await send();
    await mail.settled();
    await clock.advance(HOUR);
    expect(mail.tries).toHaveLength(1);
    expect(await events()).toMatchObject([{ type: 'message.dead', detail: { reason: 'refused', attempts: 1 } }]);
  });

  describe('where the provider refuses who sends', () => {
    const REFUSAL = new DeliveryError('no', { code: 'RESEND_403', permanent: true, misconfigured: true, remedy: 'Set a key that may send' });

    async function aNotice(post: Post): Promise<void> {
      await withTransaction(post.context, {
        caller: { ip: null, userAgent: null },
        work: async ({ unit }) =>
          unit.send({
            userId: OWNER.id,
            channel: 'email',
            to: OWNER.email,
            content: { kind: 'security-notice', notice: 'new-device', at: post.clock.now(), ip: null, userAgent: null },
          }),
      });
    }

    it('keeps messages for up to three days until the operator has acted, then sends them', async () => {
      const post = await aPost();
      post.mail.fail(REFUSAL);
      await aNotice(post);
      await post.mail.settled();
      await post.clock.advance(70 * HOUR);
      expect(post.mail.tries.length).toBeGreaterThan(10);
      post.mail.recover();
      await post.clock.advance(15 * MINUTE);
      expect(post.mail.messages).toHaveLength(1);
    });

    it('gives up messages after three days, or when they have expired', async () => {
      const post = await aPost();
      post.mail.fail(REFUSAL);
      await post.send();
      await aNotice(post);
      await post.mail.settled();
      await post.clock.advance(80 * HOUR);
      expect(await post.events()).toMatchObject([
        { type: 'message.dead', detail: { kind: 'two-factor-code', reason: 'expired' } },
        { type: 'message.dead', detail: { kind: 'security-notice', reason: 'tries' } },
      ]);
    });

    it('records one event an hour however many messages wait, and logs the remedy', async () => {
      const told: AuthEvent[] = [];
      const post = await aPost({ config: { onEvent: (event) => void told.push(event) } });
      post.mail.fail(REFUSAL);
      for (let n = 0; n < 5; n += 1) await aNotice(post);
      await post.mail.settled();
      await post.clock.advance(3 * HOUR);
      const refused = told.filter(({ type }) => type === 'notifier.refused');
      expect(refused.length).toBeGreaterThanOrEqual(3);
      expect(refused.length).toBeLessThanOrEqual(4);
      expect(refused[0]).toMatchObject({ outcome: 'failure', userId: null, detail: { channel: 'email', code: 'RESEND_403' } });
      expect(post.log[0]).toEqual({
        message: 'a message could not be delivered',
        error: 'DeliveryError',
        code: 'RESEND_403',
        remedy: 'Set a key that may send',
        messageId: expect.any(String),
        kind: 'security-notice',
        attempts: 1,
      });
    });

    it('counts other failures as usual once it is over', async () => {
      const post = await aPost();
      post.mail.fail(REFUSAL);
      await aNotice(post);
      await post.mail.settled();
      post.mail.recover();
      await post.clock.advance(HOUR);
      post.mail.fail();
      await aNotice(post);
      await post.mail.settled();
      await post.clock.advance(3 * HOUR);
      expect(await post.events()).toMatchObject([{ type: 'message.delivered' }, { type: 'message.dead', detail: { reason: 'tries', attempts: 10 } }]);
    });
  });

  it('waits as long as the provider asks', async () => {
    const { send, mail, clock } = await aPost();
    mail.fail(new DeliveryError('slowly', { retryAfterSeconds: 600 }));
    await send();
    await mail.settled();
    mail.recover();
    await clock.advance(599 * SECOND);
    expect(mail.messages).toHaveLength(0);
    await clock.advance(2 * SECOND);
    expect(mail.messages).toHaveLength(1);
  });

  it('aborts a provider that hangs, even if it ignores the signal, and continues with the rest', async () => {
    let deaf = 0;
    const signals: AbortSignal[] = [];
    const taken: Notification[] = [];
    const notifier: Notifier = {
      channels: ['email'],
      async send(message, options) {
        if (options !== undefined) signals.push(options.signal);
        if (taken.length + deaf++ < 1) return new Promise(() => undefined);
        taken.push(message);
      },
    };
    const { send, mail, clock } = await aPost({ notifier });
    await send();
    await mail.settled();
    await clock.advance(15 * SECOND - 1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await clock.advance(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    await clock.advance(5 * SECOND);
    expect(taken).toHaveLength(1);
  });

  it('sends at most eight messages concurrently, and all in the end', async () => {
    const { send, mail, clock } = await aPost();
    mail.hang();
    await send(20);
    await mail.settled();
    expect(mail.tries).toHaveLength(8);
    mail.recover();
    await clock.advance(HOUR);
    expect(mail.messages).toHaveLength(20);
  });

  it('sends each message once with two workers', async () => {
    const taken: [worker: string, id: string][] = [];
    const slow = (worker: string): Notifier => ({
      channels: ['email'],
      async send({ id }) {
        await yieldToEventLoop();
        taken.push([worker, id]);
      },
    });
    const first = await aPost({ notifier: slow('first') });
    const second = await aPost({ ...first, notifier: slow('second') });
    await Promise.all([first.send(30), second.send(30)]);
    while (taken.length < 60) await yieldToEventLoop();
    await first.mail.settled();
    expect(taken).toHaveLength(60);
    expect(new Set(taken.map(([, id]) => id)).size).toBe(60);
    expect(new Set(taken.map(([worker]) => worker))).toEqual(new Set(['first', 'second']));
    expect(await first.events()).toHaveLength(60);
  });

  it('leaves a message to the worker that leased it after the lease expired', async () => {
    let answer: () => void = () => undefined;
    const slow: Notifier = { channels: ['email'], send: async () => new Promise((resolve) => (answer = resolve)) };
    const asleep = await aPost({ notifier: slow });
    await asleep.send();
    await asleep.mail.settled();
    // The process sleeps, its timers with it.
    asleep.clock.set(asleep.clock.now() + MINUTE);
    const awake = await aPost({ store: asleep.store, clock: asleep.clock });
    awake.delivery.wake();
    await awake.mail.settled();
    expect(awake.mail.messages).toHaveLength(1);
    answer();
    await asleep.mail.settled();
    expect(await asleep.events()).toMatchObject([{ type: 'message.delivered', detail: { attempts: 2 } }]);
    expect(asleep.log).toMatchObject([{ message: 'a delivery lost its message: another worker leased it, or it was removed' }]);
  });

  it('gives up messages that have expired, cannot be opened, or have a channel that the notifier lacks', async () => {
    const late = await aPost();
    late.mail.fail(new DeliveryError('slowly', { retryAfterSeconds: 2 * 60 * 60 }));
    await late.send();
    await late.mail.settled();
    await late.clock.advance(3 * HOUR);
    expect(late.mail.tries).toHaveLength(1);
    expect(await late.events()).toMatchObject([{ type: 'message.dead', detail: { reason: 'expired' } }]);

    const reasonOf = async (options: PostOptions): Promise<unknown> => {
      const before = await aPost();
      await before.delivery.close();
      await before.send();
      const after = await aPost({ ...options, store: before.store, clock: before.clock });
      after.delivery.wake();
      await after.mail.settled();
      expect(after.mail.tries).toEqual([]);
      return after.events();
    };
    expect(await reasonOf({ notifier: inbox({ channels: ['sms'] }) })).toMatchObject([{ detail: { reason: 'no-channel' } }]);
  });

  it('M10: keeps messages sealed with another secret until it is configured again, and gives up after ten attempts', async () => {
    const before = await aPost();
    await before.delivery.close();
    await before.send(2);
    const { store, clock } = before;
    const other = await aPost({ store, clock, config: { secret: 'y'.repeat(32) } });
    other.delivery.wake();
    await other.mail.settled();
    await other.delivery.close();
    expect(await other.events()).toEqual([]);
    expect(other.log).toContainEqual(expect.objectContaining({ message: expect.stringContaining('cannot be opened') }));
    const back = await aPost({ store, clock });
    back.delivery.start();
    await clock.advance(MINUTE);
    await back.mail.settled();
    expect((await back.events()).map((event) => Reflect.get(event, 'type'))).toEqual(['message.delivered', 'message.delivered']);
    await back.delivery.close();
    await back.send();
    const gone = await aPost({ store, clock, config: { secret: 'y'.repeat(32) } });
    gone.delivery.start();
    await clock.advance(2 * HOUR);
    expect((await gone.events()).at(-1)).toMatchObject({ type: 'message.dead', detail: { reason: 'unreadable', attempts: 10 } });
    await gone.delivery.close();
  });

  it('F1: delivers a message once, with its event, if any single store call fails', async () => {
    for (let failAt = 1; failAt <= 12; failAt += 1) {
      const memory = createMemoryStore();
      const before = await aPost({ store: memory });
      await before.delivery.close();
      await before.send();
      const post = await aPost({ store: memory, worksOn: failingStore(memory, failAt), clock: before.clock });
      post.delivery.start();
      await post.clock.advance(5 * MINUTE);
      expect(post.mail.messages, `call ${failAt}`).toHaveLength(1);
      expect(await post.events(), `call ${failAt}`).toMatchObject([{ type: 'message.delivered' }]);
    }
  });

  it('G2: no content of a message or a notifier’s error is in the outbox, a log line or an event', async () => {
    const canary = 'token-that-nobody-sees';
    const post = await aPost();
    const error = new Error(`${canary}\n    at ${canary} (${CODE})`, { cause: new Error(canary) });
    post.mail.fail(error);
    await post.send();
    await post.mail.settled();
    const waiting = JSON.stringify(post.store.dump());
    await post.clock.advance(3 * HOUR);
    const everything = waiting + JSON.stringify([post.store.dump(), post.log, await post.events()]);
    expect(post.log.length).toBeGreaterThan(9);
    expect(everything).not.toContain(canary);
    expect(everything).not.toContain(CODE);
    expect(waiting).toContain('sealedMessage');
  });
});

describe('closing', () => {
  it('starts no delivery and waits for those in progress', async () => {
    let answer: () => void = () => undefined;
    const slow: Notifier = { channels: ['email'], send: async () => new Promise((resolve) => (answer = resolve)) };
    const post = await aPost({ notifier: slow });
    await post.send();
    await post.mail.settled();
    let closed = false;
    const closing = post.delivery.close().then(() => (closed = true));
    await post.send();
    await post.mail.settled();
    expect(closed).toBe(false);
    answer();
    await closing;
    expect(rows(post)).toMatchObject([{ sentAt: post.clock.now() }, { attempts: 0 }]);
    await post.delivery.close();
  });

  it('aborts deliveries after 5 seconds; the next process sends them', async () => {
    const post = await aPost();
    post.mail.hang();
    await post.send();
    await post.mail.settled();
    const closing = post.delivery.close();
    await post.mail.settled();
    await post.clock.advance(5 * SECOND);
    await closing;
    const next = await aPost(post);
    next.delivery.start();
    await next.clock.advance(MINUTE);
    expect(next.mail.messages).toHaveLength(1);
  });
});
