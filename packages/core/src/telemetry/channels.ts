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
  /** A password hash made or verified, with the wait for its turn. */
  readonly 'sallyport:hashing': HashingTrace;
  /** A try at delivering a message, with writing down what became of it. */
  readonly 'sallyport:delivery': DeliveryTrace;
}

/** Names of the plain channels, which say how things stand whenever that has changed. */
export interface GaugeMessages {
  readonly 'sallyport:hashing-queue': HashingQueueState;
  readonly 'sallyport:outbox': OutboxState;
  readonly 'sallyport:service': ServiceState;
}

/**
 * What every traced message holds. One object goes through all events of a piece of work: `start`, `end`, `error`,
 * `asyncStart`, `asyncEnd`. It never holds a password, token, code, secret, hash or address (security.md G2): no inputs, no
 * results, and of what was thrown only what kind it is.
 */
export interface Trace {
  /** When it is over: what it took. */
  durationMs?: number;
  /** What it failed with: an `ErrorCode`, or the code or name of whatever else was thrown. */
  error?: string;
  /** May be set by a subscriber of `start`: does the work within a context of the subscriber's own. */
  around?: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface RequestTrace extends Trace {
  readonly method: string;
  /** As in the route table, such as `/sessions/:id`; `undefined` where there is no such route. */
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
  /** `reserve` is told only where there was no room. */
  readonly operation: 'hash' | 'verify' | 'reserve';
  /** How long it has waited for its turn; the rest of `durationMs` is the hash itself. Missing where its turn never came. */
  waitMs?: number;
}

export interface DeliveryTrace extends Trace {
  readonly messageId: string;
  readonly kind: NotificationKind | (string & {});
  /** Which try it is, counted from 1. */
  readonly attempt: number;
  /** Since the message was written. */
  readonly ageMs: number;
  channel?: 'email' | 'sms';
  /** `failed` is tried again, `dead` is not, `too-late` is left to the next worker. */
  outcome?: 'sent' | 'failed' | 'dead' | 'too-late';
  /** Why it is dead. */
  reason?: string;
}

export interface HashingQueueState {
  readonly waiting: number;
  readonly running: number;
}

export interface OutboxState {
  /** Messages that have neither left nor been given up, counted up to 10,000. */
  readonly waiting: number;
  /** Since the oldest of them was written; 0 where there is none. */
  readonly oldestMs: number;
}

/** Told when the service behind the bus or the limiter is lost, and when it is reached. */
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
