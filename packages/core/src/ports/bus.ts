import type { ServiceCondition } from './service-condition.js';

/** The events that a process receives from the bus. None of these methods may throw. */
export interface BusListener {
  /** The cached sessions of these users are outdated. */
  onChange(userIds: readonly string[]): void;
  /**
   * Messages may have been lost: the whole cache is outdated. Called after each connect and reconnect, once messages
   * arrive again.
   */
  onGap(): void;
  /** The connection was lost (`false`) or made (`true`). Called when that changes. */
  onConnection(isConnected: boolean): void;
}

/**
 * Tells the other processes of the application whose session state has changed, so that a logout takes effect in all of
 * them at once (security.md S6). It carries only user ids.
 *
 * Messages may be lost or arrive twice: without a message, `session.stateTtl` bounds the delay as it does without a
 * bus. An implementation MUST call `onGap` whenever a message may have been missed, once it receives messages again.
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
  /** Sends the published ids that are still queued, and stops listening. */
  close(): Promise<void>;
}
