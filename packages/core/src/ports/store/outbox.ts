/** A message on its way out. What it says is sealed: the table alone tells nobody a code or a link. */
export interface OutboxRecord {
  readonly id: string;
  /** Whom it is for, so that it goes when they go. */
  readonly userId: string | null;
  readonly kind: string;
  /** Emptied once it was sent. */
  readonly sealedMessage: string;
  readonly createdAt: number;
  /** How often a worker has taken it up. */
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly leasedUntil: number | null;
  readonly sentAt: number | null;
  /** When it was given up. */
  readonly deadAt: number | null;
}

/** A worker's hold on a message. It is lost when another worker takes the message up after the lease ran out. */
export interface OutboxLease {
  readonly id: string;
  readonly leasedUntil: number;
}

export interface OutboxBacklog {
  readonly waiting: number;
  readonly oldestAt: number | null;
}

export interface OutboxStore {
  insert(message: OutboxRecord): Promise<void>;
  /** Every message for the user that is still stored, newest first. */
  list(userId: string): Promise<readonly OutboxRecord[]>;
  /**
   * Takes up at most `limit` messages that are due at `now`, neither sent nor dead nor leased to anyone: leases them until
   * `until` and counts the attempt. Those go first that have been due longest; they come oldest first.
   * No message MUST be leased to two at once.
   */
  lease(claim: { readonly now: number; readonly until: number; readonly limit: number }): Promise<readonly OutboxRecord[]>;
  /** Notes that the message left, and forgets what it said; `false` where the lease was lost. */
  markSent(lease: OutboxLease, at: number): Promise<boolean>;
  /** Gives the message back for another try at `nextAttemptAt`; `false` where the lease was lost. */
  retryAt(lease: OutboxLease, nextAttemptAt: number): Promise<boolean>;
  /** Gives the message up; `false` where the lease was lost. */
  bury(lease: OutboxLease, at: number): Promise<boolean>;
  /** When the next message is due, leased ones at the end of their lease; `null` with none waiting. */
  nextDue(): Promise<number | null>;
  /**
   * How many messages have neither left nor been given up, and when the oldest of them was written; `null` with none.
   * No more than `limit` are looked at, those that are due first.
   */
  backlog(limit: number): Promise<OutboxBacklog>;
  /** How many messages were given up after `since`, as far as they are still stored. */
  countDead(since: number): Promise<number>;
  /** Deletes at most `limit` messages sent or given up before `before`; says how many. */
  purge(before: number, limit: number): Promise<number>;
}
