import type { Page } from './page.js';

/** One line of the audit trail, as stored. The types are in `features/audit/events.ts`. */
export interface EventRecord {
  readonly id: string;
  /** When it happened; of a refusal that was counted, when it happened first. */
  readonly at: number;
  readonly type: string;
  readonly outcome: 'success' | 'failure';
  /** The account that it is about. */
  readonly userId: string | null;
  /** Who did it, where that is known. */
  readonly actorId: string | null;
  readonly sessionId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly detail: Readonly<Record<string, string | number | boolean>> | null;
  /** How often it happened. More than once only for refusals, which are counted by the hour. */
  readonly count: number;
  /** When it happened last; `null` where it happened once. Session, address, user agent and detail are those of that time. */
  readonly lastAt: number | null;
}

/** The row that a refusal was counted in. */
export type CountedRefusal = Pick<EventRecord, 'id' | 'at' | 'count' | 'lastAt'>;

/** The trail of a removed user, which still says where things came from. */
export interface PendingAnonymization {
  readonly userId: string;
  readonly requestedAt: number;
}

export interface AnonymizationBatch {
  readonly userId: string;
  /**
   * `subject`: events about the user that nobody else is the actor of. `actor`: events of what the user did to others or to no
   * account.
   */
  readonly role: 'subject' | 'actor';
  /** Only events with a greater id. */
  readonly afterId: string;
  readonly limit: number;
}

export interface EventStore {
  append(event: EventRecord): Promise<void>;
  /**
   * Appends the event under this key. If there is one under it, that one is counted up instead, and takes over `at` of the new one
   * as its `lastAt`, and its session, address, user agent and detail. Returns what the row is now. Of any number at once, from
   * other processes too, one MUST be appended and each of the others counted.
   */
  appendRefusal(event: EventRecord, key: string): Promise<CountedRefusal>;
  /** Events about the user, newest first. */
  list(userId: string, page: Page): Promise<readonly EventRecord[]>;
  /** Events of what the user did to others or to no account, newest first. */
  listByActor(actorId: string, page: Page): Promise<readonly EventRecord[]>;
  /** Remembers that the trail of a removed user has to be anonymized. Asking again changes nothing. */
  requestAnonymization(request: PendingAnonymization): Promise<void>;
  /** The requests that were not completed, the oldest first, at most `limit`. */
  listAnonymizations(limit: number): Promise<readonly PendingAnonymization[]>;
  /**
   * Forgets where at most `limit` events came from, in the order of their ids, and leaves that they happened. Returns the id of
   * the last; `null` if there are no more.
   */
  anonymize(batch: AnonymizationBatch): Promise<string | null>;
  completeAnonymization(userId: string): Promise<void>;
}
