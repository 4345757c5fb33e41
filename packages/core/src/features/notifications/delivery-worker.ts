import { AsyncResource } from 'node:async_hooks';
import type { Context } from '../../context.js';
import { describeError } from '../../foundation/describe-error.js';
import { afterEventLoopTurns } from '../../foundation/event-loop-turns.js';
import type { OutboxRecord } from '../../ports/store/outbox.js';
import type { Delivery } from '../../services/delivery.js';
import { outboxChannel } from '../../telemetry/channels.js';
import type { LeasedMessage } from './attempt-delivery.js';
import { deliverMessage } from './deliver-message.js';
import { LEASE_MS, leaseDueMessages } from './lease-due-messages.js';
import { OutcomeCollector } from './outcome-collector.js';

/** How many messages are delivered at the same time. */
const MAX_IN_FLIGHT = 8;
/** How long a message waits for others after its commit, in turns of the event loop: their outcomes share a transaction. */
const COLLECTED_TURNS = 8;
/** How long `close` waits for deliveries. */
const CLOSE_LIMIT_MS = 5_000;

/**
 * Delivers the messages of the outbox, outside of requests. A message is leased to one worker at a time, in this process
 * or in another. If that process dies, the lease expires and another worker takes the message.
 */
export class DeliveryWorker implements Delivery {
  readonly #context: Context;
  readonly #outcomes: OutcomeCollector;
  readonly #inFlight = new Map<AbortController, Promise<void>>();
  /** How many messages were leased when they were stored and are not in flight yet. */
  #leased = 0;
  #committed: LeasedRecord[] = [];
  /** True if messages may be due that this worker has not leased. */
  #isBehind = false;
  #look: Promise<void> | null = null;
  #isWoken = false;
  #isLookDue = false;
  #cancelTimer: () => void = () => undefined;
  #closed: Promise<void> | null = null;
  /** Runs outside of the request that woke the worker: not in its trace, and without its async context. */
  readonly #beginDetached: () => void = AsyncResource.bind(() => {
    this.#isWoken = false;
    // Messages of requests that end after `close` are left to the next process.
    if (this.#closed !== null) return;
    this.#deliverCommitted();
    if (this.#isBehind) this.#begin();
  });

  constructor(context: Context) {
    this.#context = context;
    this.#outcomes = new OutcomeCollector(context);
  }

  /** Looks for messages that an earlier process left, and from then on regularly. */
  start(): void {
    this.#lookIn(0);
  }

  lease(message: OutboxRecord): OutboxRecord {
    if (!this.#context.settings.delivery || this.#closed !== null || this.#room() <= 0) return message;
    this.#leased += 1;
    return { ...message, attempts: 1, leasedUntil: this.#context.clock.now() + LEASE_MS };
  }

  deliver(messages: readonly OutboxRecord[]): void {
    if (messages.length === 0) return;
    const leased = messages.filter(isLeased);
    this.#committed.push(...leased);
    if (leased.length < messages.length) this.#isBehind = true;
    this.#wakeSoon();
  }

  release(messages: readonly OutboxRecord[]): void {
    this.#leased -= messages.filter(isLeased).length;
    if (this.#isBehind) this.#wakeSoon();
  }

  wake(): void {
    this.#isBehind = true;
    this.#wakeSoon();
  }

  /** Takes no more messages and waits for deliveries. Those that take too long are aborted, and sent again later. */
  async close(): Promise<void> {
    this.#closed ??= this.#finish();
    await this.#closed;
  }

  async #finish(): Promise<void> {
    this.#cancelTimer();
    await this.#look;
    this.#deliverCommitted();
    const cancel = this.#context.clock.schedule(() => {
      for (const abortController of this.#inFlight.keys()) abortController.abort();
    }, CLOSE_LIMIT_MS);
    await Promise.all(this.#inFlight.values());
    cancel();
  }

  /** Not before the request has been answered. */
  #wakeSoon(): void {
    if (this.#isWoken || !this.#context.settings.delivery) return;
    this.#isWoken = true;
    afterEventLoopTurns(COLLECTED_TURNS, this.#beginDetached);
  }

  #room(): number {
    return MAX_IN_FLIGHT - this.#inFlight.size - this.#leased;
  }

  #deliverCommitted(): void {
    for (const message of this.#committed.splice(0)) {
      this.#leased -= 1;
      this.#take(message, message.leasedUntil);
    }
  }

  #take(message: OutboxRecord, leasedUntil: number): void {
    const abortController = new AbortController();
    this.#inFlight.set(abortController, this.#deliver({ message, leasedUntil, abortController }));
  }

  #begin(): void {
    this.#isLookDue = false;
    if (this.#closed !== null) return;
    this.#isBehind = true;
    // What became due during a look is found by the next one.
    this.#look ??= this.#takeDue().then((lookInMs) => {
      this.#look = null;
      if (lookInMs === 0) this.#begin();
      else if (lookInMs !== null) this.#lookIn(lookInMs);
    });
  }

  #lookIn(delayMs: number): void {
    if (this.#closed !== null) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#context.clock.schedule(() => this.#begin(), delayMs);
  }

  /** Takes what is due. Returns when to look again; `null` if the end of a delivery leads to the next look. */
  async #takeDue(): Promise<number | null> {
    this.#cancelTimer();
    const room = this.#room();
    if (room <= 0) return null;
    this.#isBehind = false;
    const { messages, leasedUntil, lookInMs } = await leaseDueMessages(this.#context, room);
    for (const message of messages) this.#take(message, leasedUntil);
    const wokenMeanwhile: boolean = this.#isBehind;
    this.#isBehind ||= lookInMs === null;
    return wokenMeanwhile ? 0 : lookInMs;
  }

  async #deliver(leased: LeasedMessage): Promise<void> {
    let isDone = false;
    try {
      isDone = await deliverMessage(this.#context, { leased, outcomes: this.#outcomes });
    } catch (error) {
      // Its lease expires, and it is sent again. One broken message must not end the process.
      this.#context.logger.error('a delivery failed unexpectedly', { ...describeError(error), messageId: leased.message.id });
    }
    this.#inFlight.delete(leased.abortController);
    // A message that is not done is due again later, so a look has to set the timer.
    if (isDone && !this.#isBehind && !outboxChannel.hasSubscribers) return;
    // One look for all deliveries that end in the same tick.
    if (this.#isLookDue) return;
    this.#isLookDue = true;
    process.nextTick(() => this.#begin());
  }
}

type LeasedRecord = OutboxRecord & { readonly leasedUntil: number };

function isLeased(message: OutboxRecord): message is LeasedRecord {
  return message.leasedUntil !== null;
}
