import type { Context } from '../../context.js';
import { codeOf, describeError } from '../../foundation/describe-error.js';
import type { LogFields } from '../../ports/logger.js';
import type { Channel, Notification } from '../../ports/notifier.js';
import type { OutboxRecord } from '../../ports/store/outbox.js';
import { backoffMs } from './backoff.js';
import { openMessage } from './seal-message.js';
import { OPERATOR_TIME_MS, wasProviderRefusing } from './provider-refusals.js';
import { SEND_TIMEOUT_MS, sendWithTimeout } from './send-with-timeout.js';

/** A message is given up after this many attempts, within some 40 minutes, unless the operator must act first. */
const MAX_TRIES = 10;

/** Why a message was given up. */
type FailureReason =
  /** All attempts failed. */
  | 'tries'
  /** The provider will never accept it. */
  | 'refused'
  /** Its content has expired: a code that arrives too late only confuses. */
  | 'expired'
  /** The notifier no longer serves its channel. */
  | 'no-channel'
  /** It was sealed under a secret that is no longer configured. */
  | 'unreadable';

export type DeliveryOutcome = { readonly channel?: Channel } & (
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'failed';
      readonly retryInMs: number;
      /** The code of the error, if the provider refuses the sender. */
      readonly refusal?: { readonly channel: Channel; readonly code: string };
    }
  | { readonly kind: 'dead'; readonly reason: FailureReason }
  /** The lease is about to expire: the next worker sends it. */
  | { readonly kind: 'too-late' }
);

/** A message that this worker has leased. */
export interface LeasedMessage {
  readonly message: OutboxRecord;
  readonly leasedUntil: number;
  readonly abortController: AbortController;
}

/** Opens a message and passes it to the notifier once. Rejects only if the store does. */
export async function attemptDelivery(context: Context, { message, leasedUntil, abortController }: LeasedMessage): Promise<DeliveryOutcome> {
  const notification = openMessage(context, message);
  if (notification === null) return afterUnreadable(context, message);
  const { channel } = notification;
  // If the provider refuses the sender, the message may be fine, so these attempts do not count.
  const mayTryLonger = message.attempts >= MAX_TRIES && (await isKeptForOperator(context, { message, channel }));
  const reason = undeliverableReason(context, { message, notification, mayTryLonger });
  if (reason !== null) return { kind: 'dead', reason, channel };
  // After a pause of the process, another one may be sending the message.
  if (context.clock.now() + SEND_TIMEOUT_MS > leasedUntil) return { kind: 'too-late', channel };
  try {
    await sendWithTimeout(context, { notification, abortController });
    return { kind: 'sent', channel };
  } catch (error) {
    return { ...afterFailure(context, { message, channel, error, mayTryLonger }), channel };
  }
}

interface OperatorMessage {
  readonly message: OutboxRecord;
  readonly channel: Channel;
}

async function isKeptForOperator(context: Context, { message, channel }: OperatorMessage): Promise<boolean> {
  const { createdAt } = message;
  if (createdAt + OPERATOR_TIME_MS <= context.clock.now()) return false;
  return wasProviderRefusing(context, { channel, since: createdAt - 1 });
}

/** Why it is not worth sending. */
function undeliverableReason(
  { clock, notifier }: Context,
  { message, notification, mayTryLonger }: Attempt & { readonly notification: Notification },
): FailureReason | null {
  // Its last attempt ended without an outcome: it may have crashed the process.
  if (message.attempts > MAX_TRIES && !mayTryLonger) return 'tries';
  if (!notifier.channels.includes(notification.channel)) return 'no-channel';
  const { expiresAt } = notification.data;
  return expiresAt !== undefined && Date.parse(expiresAt) <= clock.now() ? 'expired' : null;
}

/** The operator can configure the secret again, so the message is tried as often as one that could not be sent (M10). */
function afterUnreadable({ logger, random }: Context, { id, kind, attempts }: OutboxRecord): DeliveryOutcome {
  logger.error('a message cannot be opened: the secret that sealed it is no longer configured', { messageId: id, kind, attempts });
  if (attempts >= MAX_TRIES) return { kind: 'dead', reason: 'unreadable' };
  return { kind: 'failed', retryInMs: backoffMs(random, { attempts, retryAfterSeconds: undefined, misconfigured: true }) };
}

function afterFailure(
  { logger, random, clock }: Context,
  { message, channel, error, mayTryLonger }: Attempt & { readonly channel: Channel; readonly error: unknown },
): DeliveryOutcome {
  const { id, kind, attempts, createdAt } = message;
  const { permanent, misconfigured, retryAfterSeconds } = retryAdvice(error);
  logger[misconfigured ? 'error' : 'warn']('a message could not be delivered', { ...describeFailure(error), messageId: id, kind, attempts });
  if (permanent) return { kind: 'dead', reason: 'refused' };
  const isInTime = createdAt + OPERATOR_TIME_MS > clock.now();
  if (attempts >= MAX_TRIES && !mayTryLonger && !(misconfigured && isInTime)) return { kind: 'dead', reason: 'tries' };
  const retryInMs = backoffMs(random, { attempts, retryAfterSeconds, misconfigured });
  return { kind: 'failed', retryInMs, ...(misconfigured && { refusal: { channel, code: refusalCode(error) } }) };
}

interface Attempt {
  readonly message: OutboxRecord;
  readonly mayTryLonger: boolean;
}

interface RetryAdvice {
  readonly permanent: boolean;
  readonly misconfigured: boolean;
  readonly retryAfterSeconds: number | undefined;
}

/** The fields of a `DeliveryError`, also of one from another copy of this package. */
function retryAdvice(error: unknown): RetryAdvice {
  if (!(error instanceof Error)) return { permanent: false, misconfigured: false, retryAfterSeconds: undefined };
  const seconds: unknown = Reflect.get(error, 'retryAfterSeconds');
  const misconfigured = Reflect.get(error, 'misconfigured') === true;
  return {
    permanent: Reflect.get(error, 'permanent') === true && !misconfigured,
    misconfigured,
    retryAfterSeconds: typeof seconds === 'number' && seconds > 0 ? seconds : undefined,
  };
}

/** A `DeliveryError` is expected, so its remedy is logged instead of its stack. */
function describeFailure(error: unknown): LogFields {
  if (!(error instanceof Error) || error.name !== 'DeliveryError') return describeError(error);
  const remedy: unknown = Reflect.get(error, 'remedy');
  return { error: error.name, code: codeOf(error), ...(typeof remedy === 'string' && { remedy }) };
}

function refusalCode(error: unknown): string {
  const code = error instanceof Error ? codeOf(error) : undefined;
  return code === undefined ? 'UNKNOWN' : String(code);
}
