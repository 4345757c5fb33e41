import type { ServiceCondition } from './service-condition.js';

/** What a process hears from the bus. None of these may throw. */
export interface BusListener {
  /** What is remembered of these users' sessions is outdated. */
  onChange(userIds: readonly string[]): void;
  /**
   * Messages may have been lost: everything that is remembered is outdated. Called after each connect and reconnect, once
   * messages arrive again.
   */
  onGap(): void;
  /** The connection was lost (`false`) or made (`true`). Called when that changes. */
  onConnection(isConnected: boolean): void;
}

/**
 * Tells the processes of one application whose session state has changed, so that a logout takes effect in all of them at
 * once (security.md S6). It carries ids of users and nothing else.
 *
 * Messages may be lost and may come twice: without a message, `session.stateTtl` holds as it does without a bus. An
 * implementation MUST call `onGap` whenever a message may have been missed, after it receives messages again.
 */
export interface Bus {
  /** The name of the implementation, such as `'redis'`. */
  readonly kind: string;
  /** Sends the ids to all other processes. Returns at once, never throws, and queues a bounded number of messages. */
  publish(userIds: readonly string[]): void;
  /** Starts to listen. Called once, by `createAuth`. */
  subscribe(listener: BusListener): void;
  /** Never rejects, and answers within a few seconds. */
  inspect(): Promise<ServiceCondition>;
  /** Sends what was published and stops listening. */
  close(): Promise<void>;
}
