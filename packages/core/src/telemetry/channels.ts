import { channel, tracingChannel, type Channel, type TracingChannel } from 'node:diagnostics_channel';
import type { NotificationKind } from '../ports/notifier.js';

/** Names of the tracing channels of `node:diagnostics_channel`; each message has the type behind it. */
export interface TracingMessages {
  /** A request to the mount, from its arrival to its answer. */
  readonly 'sallyport:request': RequestTrace;
  /** A route's use-case, called by HTTP or by `auth.api`. */
  readonly 'sallyport:use-case': UseCaseTrace;
  /** A decision of `requireAuth` on a request to the application's own route. */
  readonly 'sallyport:guard': GuardTrace;
  /** A call to the store. */
  readonly 'sallyport:store': StoreTrace;
  /** Making or verifying a password hash, including the wait for its turn. */
  readonly 'sallyport:hashing': HashingTrace;
  /** An attempt to deliver a message, including the write of its outcome. */
  readonly 'sallyport:delivery': DeliveryTrace;
}

/** Names of the plain channels, which publish a state whenever it has changed. */
export interface GaugeMessages {
  readonly 'sallyport:hashing-queue': HashingQueueState;
  readonly 'sallyport:outbox': OutboxState;
  readonly 'sallyport:service': ServiceState;
}

/**
 * The fields of every traced message. All events of one operation share the object: `start`, `end`, `error`, `asyncStart`,
 * `asyncEnd`. It never contains a password, token, code, secret, hash or address (security.md G2): no inputs, no results, and
 * only the kind of an error.
 */
export interface Trace {
  /** The duration. Set at the end. */
  durationMs?: number;
  /** The failure: an `ErrorCode`, or the code or name of any other error. */
  error?: string;
  /** A subscriber of `start` may set it, to run the operation in a context of its own. */
  around?: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface RequestTrace extends Trace {
  readonly method: string;
  /** As in the route table, such as `/sessions/:id`; `undefined` if no route matches. */
  readonly route: string | undefined;
  /** As in the answer's `meta.requestId` and in the log. */
  readonly requestId: string;
  /** Of the answer. */
  status?: number;
}

export interface UseCaseTrace extends Trace {
  /** As in `auth.api`. */
  readonly useCase: string;
}

export interface GuardTrace extends Trace {
  readonly method: string;
  /** Of the answer, where the request was refused. */
  status?: number;
}

export interface StoreTrace extends Trace {
  /** Such as `users.findByEmail`; `transaction`, of which the verbs within are traced too; `ping`. */
  readonly verb: string;
  readonly inTransaction: boolean;
}

export interface HashingTrace extends Trace {
  /** `reserve` is published only if there was no room. */
  readonly operation: 'hash' | 'verify' | 'reserve';
  /** The wait for its turn; the rest of `durationMs` is the hash itself. Absent if its turn never came. */
  waitMs?: number;
}

export interface DeliveryTrace extends Trace {
  readonly messageId: string;
  readonly kind: NotificationKind | (string & {});
  /** The number of the attempt, counted from 1. */
  readonly attempt: number;
  /** The time since the message was written. */
  readonly ageMs: number;
  channel?: 'email' | 'sms';
  /** `failed` is tried again, `dead` is not, and `too-late` is left to the next worker. */
  outcome?: 'sent' | 'failed' | 'dead' | 'too-late';
  /** Why it is dead. */
  reason?: string;
}

export interface HashingQueueState {
  readonly waiting: number;
  readonly running: number;
}

export interface OutboxState {
  /** Messages that have been neither sent nor given up, counted up to 10,000. */
  readonly waiting: number;
  /** The age of the oldest of them; 0 if there are none. */
  readonly oldestMs: number;
}

/** Published when the service behind the bus or the limiter becomes unreachable, and when it is reachable again. */
export interface ServiceState {
  readonly service: 'bus' | 'limiter';
  /** The name of the implementation, such as `redis`. */
  readonly kind: string;
  readonly isReachable: boolean;
}

type TraceOf<Name extends keyof TracingMessages> = TracingChannel<unknown, TracingMessages[Name]>;

export const requestChannel: TraceOf<'sallyport:request'> = tracingChannel('sallyport:request');
export const useCaseChannel: TraceOf<'sallyport:use-case'> = tracingChannel('sallyport:use-case');
export const guardChannel: TraceOf<'sallyport:guard'> = tracingChannel('sallyport:guard');
export const storeChannel: TraceOf<'sallyport:store'> = tracingChannel('sallyport:store');
export const hashingChannel: TraceOf<'sallyport:hashing'> = tracingChannel('sallyport:hashing');
export const deliveryChannel: TraceOf<'sallyport:delivery'> = tracingChannel('sallyport:delivery');

export const hashingQueueChannel: Channel = channel('sallyport:hashing-queue');
export const outboxChannel: Channel = channel('sallyport:outbox');
export const serviceChannel: Channel = channel('sallyport:service');
