import type { OutboxRecord } from '../ports/store/outbox.js';

/** What a transaction does with the messages that it stores. */
export interface Delivery {
  /**
   * Returns the message to be stored. If this process can deliver it at once, it is leased to this process, which saves the
   * worker a write and a read of the outbox. Call `deliver` after the commit, or `release` if the transaction fails.
   */
  lease(message: OutboxRecord): OutboxRecord;
  /** Delivers the messages of a committed transaction, after the request has been answered. Never throws. */
  deliver(messages: readonly OutboxRecord[]): void;
  /** Gives up the leases of a transaction that failed. If it was committed all the same, the leases expire. */
  release(messages: readonly OutboxRecord[]): void;
  /** Looks for due messages without waiting for the timer. */
  wake(): void;
}
