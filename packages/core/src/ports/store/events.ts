import type { Page } from './page.js';

/** An event of the audit trail, as stored. `model/events.ts` has the types. */
export interface EventRecord {
  readonly id: string;
  /** When it happened; for a counted refusal, the first time. */
  readonly at: number;
  readonly type: string;
  readonly outcome: 'success' | 'failure';
  /** The account that it is about. */
  readonly userId: string | null;
  /** The account that did it, if known. */
  readonly actorId: string | null;
  readonly sessionId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly detail: Readonly<Record<string, string | number | boolean>> | null;
  /** How often it happened. Above 1 only for refusals, which are counted by the hour. */
  readonly count: number;
  /** When it happened last; `null` if it happened once. Session, address, user agent and detail are from that time. */
  readonly lastAt: number | null;
}

/** The row that a refusal was counted in. */
export type CountedRefusal = Pick<EventRecord, 'id' | 'at' | 'count' | 'lastAt'>;

/** The audit trail of a removed user, which still contains addresses and user agents. */
export interface PendingAnonymization {
  readonly userId: string;
  readonly requestedAt: number;
}

export interface AnonymizationBatch {
  readonly userId: string;
  /**
   * `subject`: events about the user, except those with another actor. `actor`: events of what the user did to others
   * or to no account.
   */
  readonly role: 'subject' | 'actor';
  /** Only events with a greater id. */
  readonly afterId: string;
  readonly limit: number;
}

export interface EventStore {
  append(event: EventRecord): Promise<void>;
  /**
   * Appends the event under this key. If an event with the key exists, its count is increased instead: it takes `at` of
   * the new one as its `lastAt`, and its session, address, user agent and detail. Returns the resulting row. Of
   * concurrent calls, from other processes too, one MUST be appended and each of the others counted.
   */
  appendRefusal(event: EventRecord, key: string): Promise<CountedRefusal>;
  /** Events about the user, newest first. */
  list(userId: string, page: Page): Promise<readonly EventRecord[]>;
  /** Events of what the user did to others or to no account, newest first. */
  listByActor(actorId: string, page: Page): Promise<readonly EventRecord[]>;
  /** Records that the trail of a removed user must be anonymized. Repeating it changes nothing. */
  requestAnonymization(request: PendingAnonymization): Promise<void>;
  /** The incomplete requests, oldest first, at most `limit`. */
  listAnonymizations(limit: number): Promise<readonly PendingAnonymization[]>;
  /**
   * Removes addresses and user agents from at most `limit` events, in the order of their ids. The events stay. Returns
   * the id of the last; `null` if there are no more.
   */
  anonymize(batch: AnonymizationBatch): Promise<string | null>;
  completeAnonymization(userId: string): Promise<void>;
}
