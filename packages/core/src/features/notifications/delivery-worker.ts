import type { Context } from '../../context.js';
import { AsyncResource } from 'node:async_hooks';
import { describeError } from '../../foundation/describe-error.js';
import { afterEventLoopTurns } from '../../foundation/event-loop-turns.js';
import { outboxChannel } from '../../telemetry/channels.js';
import type { OutboxState } from '../../telemetry/channels.js';
import { deliverMessage } from './deliver-message.js';
import type { LeasedMessage } from './attempt-delivery.js';
import { OutcomeCollector } from './outcome-collector.js';

/** Messages on their way at the same time. */
const MAX_IN_FLIGHT = 8;
/** Long enough to send a message and to write that it left. */
const LEASE_MS = 60_000;
/** How often to look for messages without being woken: those of a process that has died. */
const LOOK_EVERY_MS = 5 * 60_000;
/** When the database does not answer. */
const LOOK_AGAIN_MS = 30_000;
/** The least between two looks, where something is due that another worker is about to take. */
const BREATHER_MS = 100;
/** How long a message waits for others after its commit, in turns of the event loop: one lease takes up all of them. */
const COLLECTED_TURNS = 8;
/** Of what waits, for those who watch it: counting a million would hold up everything else. */
const MOST_COUNTED = 10_000;
/** What shutting down may wait for messages on their way. */
const CLOSE_LIMIT_MS = 5_000;

/**
 * Empties the outbox, off every request's path. Of several workers, in this process or in others, each message has one at
 * a time; a message whose worker died is taken up by another when its lease runs out.
 */
export class DeliveryWorker {
  readonly #context: Context;
  readonly #outcomes: OutcomeCollector;
  readonly #inFlight = new Map<AbortController, Promise<void>>();
  #look: Promise<void> | null = null;
  #isWoken = false;
  #isLookDue = false;
  #wokenMeanwhile = false;
  #cancelTimer: () => void = () => undefined;
  #closed: Promise<void> | null = null;
  /** What it does is no part of the request that woke it: not of its trace, nor of whatever else the host hangs on it. */
  readonly #beginOfItsOwn: () => void = AsyncResource.bind(() => {
    this.#isWoken = false;
    this.#begin();
  });

  constructor(context: Context) {
    this.#context = context;
    this.#outcomes = new OutcomeCollector(context);
  }

  /** Looks for what an earlier process left behind, and from then on by itself. */
  start(): void {
    this.#lookIn(0);
  }

  /** Looks for messages soon, but not before the caller is done with its answer; those that are committed meanwhile too. */
  wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    afterEventLoopTurns(COLLECTED_TURNS, this.#beginOfItsOwn);
  }

  /** Takes up nothing more and waits for what is on its way; what takes too long is cut off, and tried again later. */
  async close(): Promise<void> {
    this.#closed ??= this.#finish();
    await this.#closed;
  }

  async #finish(): Promise<void> {
    this.#cancelTimer();
    await this.#look;
    const cancel = this.#context.clock.schedule(() => {
      for (const abortController of this.#inFlight.keys()) abortController.abort();
    }, CLOSE_LIMIT_MS);
    await Promise.all(this.#inFlight.values());
    cancel();
  }

  #begin(): void {
    this.#isLookDue = false;
    if (this.#closed !== null) return;
    if (this.#look !== null) {
      this.#wokenMeanwhile = true;
      return;
    }
    this.#cancelTimer();
    this.#look = this.#takeUp().then((lookInMs) => {
      this.#look = null;
      if (this.#wokenMeanwhile) {
        this.#wokenMeanwhile = false;
        this.#begin();
      } else if (lookInMs !== null) this.#lookIn(lookInMs);
    });
  }

  #lookIn(delayMs: number): void {
    if (this.#closed !== null) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#context.clock.schedule(() => this.#begin(), delayMs);
  }

  /** Takes up what is due, as far as there is room. Says when to look again, or `null` where the next to arrive does. */
  async #takeUp(): Promise<number | null> {
    const { store, clock, logger } = this.#context;
    try {
      const limit = MAX_IN_FLIGHT - this.#inFlight.size;
      if (limit === 0) return null;
      const now = clock.now();
      const leasedUntil = now + LEASE_MS;
      const messages = await store.outbox.lease({ now, until: leasedUntil, limit });
      for (const message of messages) {
        const abortController = new AbortController();
        this.#inFlight.set(abortController, this.#deliver({ message, leasedUntil, abortController }));
      }
      if (outboxChannel.hasSubscribers) await this.#publishState();
      if (messages.length === limit) return null;
      const due = await store.outbox.nextDue();
      return due === null ? LOOK_EVERY_MS : Math.min(Math.max(due - clock.now(), BREATHER_MS), LOOK_EVERY_MS);
    } catch (error) {
      logger.error('the outbox could not be read', describeError(error));
      return LOOK_AGAIN_MS;
    }
  }

  async #publishState(): Promise<void> {
    const { store, clock } = this.#context;
    const backlog = await store.outbox.backlog?.(MOST_COUNTED);
    if (backlog === undefined) return;
    const { waiting, oldestAt } = backlog;
    const state: OutboxState = { waiting, oldestMs: oldestAt === null ? 0 : Math.max(0, clock.now() - oldestAt) };
    outboxChannel.publish(state);
  }

  async #deliver(leased: LeasedMessage): Promise<void> {
    try {
      await deliverMessage(this.#context, { leased, outcomes: this.#outcomes });
    } catch (error) {
      // Its lease runs out, and it is tried again; one broken message must not end the process.
      this.#context.logger.error('a delivery failed unexpectedly', { ...describeError(error), messageId: leased.message.id });
    }
    this.#inFlight.delete(leased.abortController);
    // One look for all deliveries that end in the same tick.
    if (this.#isLookDue) return;
    this.#isLookDue = true;
    process.nextTick(() => this.#begin());
  }
}
