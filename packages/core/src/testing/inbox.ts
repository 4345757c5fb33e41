import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { DeliveryError } from '../ports/notifier.js';
import type { Channel, Notification, NotificationKind, Notifier, SendOptions } from '../ports/notifier.js';

const QUIET_TURNS = 25;
/** How many turns of the event loop the end of a delivery takes with a memory store. */
const DELIVERY_TURNS = 3;

export interface InboxOptions {
  /** Default: both. */
  readonly channels?: readonly Channel[] | undefined;
}

/** A notifier that keeps its messages, and fails or hangs on command. */
export interface Inbox extends Notifier {
  /** The accepted messages, oldest first. A message that was sent twice is here twice. */
  readonly messages: readonly Notification[];
  /** Every message that was passed to `send`, accepted or not. */
  readonly tries: readonly Notification[];
  /** The newest message of this kind, or of any. */
  last(kind?: NotificationKind): Notification | undefined;
  /**
   * The oldest message of this kind that `next` has not returned yet, waiting for one if there is none. Rejects after
   * `timeoutMs` of real time, default 5,000.
   */
  next(kind: NotificationKind, timeoutMs?: number): Promise<Notification>;
  /**
   * Resolves when no message has been sent for 25 turns of the event loop. That is long enough to deliver everything in
   * the outbox of a memory store.
   */
  settled(): Promise<void>;
  /** Refuses every message from now on. Default: an error like that of a provider that is temporarily down. */
  fail(error?: unknown): void;
  /** From now on `send` does not settle until the sender aborts it. */
  hang(): void;
  /** Accepts messages again. */
  recover(): void;
}

/** The notifier of tests: `createAuth({ notifier: mail, … })`, then `await mail.next('password-reset')`. */
export function inbox({ channels = ['email', 'sms'] }: InboxOptions = {}): Inbox {
  const messages: Notification[] = [];
  const tries: Notification[] = [];
  const returned = new Set<Notification>();
  const watchers = new Set<() => void>();
  let answer: (options?: SendOptions) => Promise<void> = async () => undefined;

  const take = (kind: NotificationKind): Notification | undefined => {
    const found = messages.find((message) => message.kind === kind && !returned.has(message));
    if (found !== undefined) returned.add(found);
    return found;
  };
  /** Whether a message arrived within this time. */
  const arrival = async (withinMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const done = (arrived: boolean): void => {
        watchers.delete(onArrival);
        clearTimeout(timer);
        resolve(arrived);
      };
      const onArrival = (): void => done(true);
      const timer = setTimeout(() => done(false), withinMs);
      watchers.add(onArrival);
    });

  return {
    channels,
    messages,
    tries,
    async send(message, options) {
      tries.push(message);
      await answer(options);
      messages.push(message);
      for (const watcher of watchers) watcher();
    },
    last: (kind) => messages.findLast((message) => kind === undefined || message.kind === kind),
    async next(kind, timeoutMs = 5_000) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const found = take(kind);
        if (found !== undefined) {
          // First let the delivery end: if the test moved the clock now, the delivery would time out and be repeated.
          for (let turns = 0; turns < DELIVERY_TURNS; turns += 1) await yieldToEventLoop();
          return found;
        }
        if (!(await arrival(deadline - performance.now()))) throw new Error(`No ${kind} arrived within ${timeoutMs} ms`);
      }
    },
    async settled() {
      for (let turns = 0, seen = tries.length; turns < QUIET_TURNS; turns += 1) {
        await yieldToEventLoop();
        if (tries.length === seen) continue;
        seen = tries.length;
        turns = 0;
      }
    },
    fail(error = new DeliveryError('The inbox is shut', { code: 'HTTP_503' })) {
      answer = async () => {
        throw error;
      };
    },
    hang() {
      answer = async (options) =>
        new Promise((_, reject) => {
          options?.signal.addEventListener('abort', () => reject(new DeliveryError('Cut off')), { once: true });
        });
    },
    recover() {
      answer = async () => undefined;
    },
  };
}
