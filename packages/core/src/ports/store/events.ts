import type { Page } from './page.js';

/** One line of the audit trail, as stored. The types are in `features/audit/events.ts`. */
export interface EventRecord {
  readonly id: string;
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
}

export interface EventStore {
  append(event: EventRecord): Promise<void>;
  /** Events about the user, newest first. */
  list(userId: string, page: Page): Promise<readonly EventRecord[]>;
  /** Events of what the user did to others or to no account, newest first. */
  listByActor(actorId: string, page: Page): Promise<readonly EventRecord[]>;
  /** Forgets where events about the user, and those of what they did, came from, and leaves that they happened. */
  anonymize(userId: string): Promise<void>;
}
