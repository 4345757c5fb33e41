/** A message to be delivered. Its content is sealed, so that the table reveals no codes or links. */
export interface OutboxRecord {
  readonly id: string;
  /** The recipient's account. The message is removed with it. */
  readonly userId: string | null;
  readonly kind: string;
  /** Empty once the message was sent. */
  readonly sealedMessage: string;
  readonly createdAt: number;
  /** How often a worker has leased it. */
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly leasedUntil: number | null;
  readonly sentAt: number | null;
  /** When delivery was given up. */
  readonly deadAt: number | null;
}

/** A worker's claim on a message. It is lost when another worker leases the message after this lease has expired. */
export interface OutboxLease {
  readonly id: string;
  readonly leasedUntil: number;
}

/** The result of a delivery attempt. */
export type DeliveryOutcome =
  /** It was sent; its content is erased. */
  | { readonly kind: 'sent'; readonly at: number }
  /** It is due again at `at`. */
  | { readonly kind: 'retry'; readonly at: number }
  /** Delivery is given up. */
  | { readonly kind: 'dead'; readonly at: number };

export interface OutboxBacklog {
  readonly waiting: number;
  readonly oldestAt: number | null;
}

export interface OutboxStore {
  insert(message: OutboxRecord): Promise<void>;
  /** All stored messages for the user, newest first. */
  list(userId: string): Promise<readonly OutboxRecord[]>;
  /**
   * Leases at most `limit` messages until `until` and counts the attempt. It takes messages that are due at `now` and
   * neither sent, given up nor leased; those due longest are chosen first, and they are returned oldest first. A
   * message MUST NOT be leased to two workers at once.
   */
  lease(claim: { readonly now: number; readonly until: number; readonly limit: number }): Promise<readonly OutboxRecord[]>;
  /** Ends a lease; `false` if the lease was lost. Of concurrent calls with one lease exactly one MUST win. */
  release(lease: OutboxLease, outcome: DeliveryOutcome): Promise<boolean>;
  /** When the next message is due; for a leased one, when its lease ends. `null` if no message is waiting. */
  nextDue(): Promise<number | null>;
  /**
   * How many messages are neither sent nor given up, and when the oldest of them was written; `null` if there are none.
   * At most `limit` are counted, those that are due first. Optional: without it, telemetry does not report the outbox.
   */
  backlog?(limit: number): Promise<OutboxBacklog>;
  /** How many stored messages were given up after `since`. Optional: without it, `auth.doctor()` does not report them. */
  countDead?(since: number): Promise<number>;
}
