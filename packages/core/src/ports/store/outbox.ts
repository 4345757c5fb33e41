/** A message to be delivered. Its content is sealed, so that the table reveals no code and no link. */
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
  /** When it was given up. */
  readonly deadAt: number | null;
}

/** A worker's claim on a message. It is lost when another worker leases the message after this lease ran out. */
export interface OutboxLease {
  readonly id: string;
  readonly leasedUntil: number;
}

/** What became of a message that was taken up. */
export type DeliveryOutcome =
  /** It left; its content is erased. */
  | { readonly kind: 'sent'; readonly at: number }
  /** It is due again at `at`. */
  | { readonly kind: 'retry'; readonly at: number }
  /** It is given up. */
  | { readonly kind: 'dead'; readonly at: number };

export interface OutboxBacklog {
  readonly waiting: number;
  readonly oldestAt: number | null;
}

export interface OutboxStore {
  insert(message: OutboxRecord): Promise<void>;
  /** Every message for the user that is still stored, newest first. */
  list(userId: string): Promise<readonly OutboxRecord[]>;
  /**
   * Leases at most `limit` messages until `until` and counts the attempt: messages that are due at `now` and neither sent,
   * given up nor leased. Those due longest are chosen first; they are returned oldest first.
   * No message MUST be leased to two at once.
   */
  lease(claim: { readonly now: number; readonly until: number; readonly limit: number }): Promise<readonly OutboxRecord[]>;
  /** Ends a lease; `false` where it was lost. Of several at once with one lease exactly one MUST win. */
  release(lease: OutboxLease, outcome: DeliveryOutcome): Promise<boolean>;
  /** When the next message is due, a leased one at the end of its lease; `null` with none waiting. */
  nextDue(): Promise<number | null>;
  /**
   * How many messages are neither sent nor given up, and when the oldest of them was written; `null` with none. At most
   * `limit` are counted, those that are due first. Optional: without it, telemetry does not report the outbox.
   */
  backlog?(limit: number): Promise<OutboxBacklog>;
  /** How many stored messages were given up after `since`. Optional: without it, `auth.doctor()` does not report them. */
  countDead?(since: number): Promise<number>;
}
