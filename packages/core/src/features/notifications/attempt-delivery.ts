import type { Context } from '../../context.js';
import { open } from '../../crypto/sealed.js';
import { describeError } from '../../foundation/describe-error.js';
import type { Channel, Notification } from '../../ports/notifier.js';
import type { OutboxRecord } from '../../ports/store/outbox.js';
import { backoffMs } from './backoff.js';
import { sealContext } from './compose-message.js';
import { SEND_TIMEOUT_MS, sendWithTimeout } from './send-with-timeout.js';

/** After it a message is given up: some 40 minutes after it was written. */
const MAX_TRIES = 10;

/** Why a message was given up. */
type FailureReason =
  /** It was tried as often as it may be. */
  | 'tries'
  /** The provider will never take it. */
  | 'refused'
  /** What it tells of is over: a code that arrives too late only confuses. */
  | 'expired'
  /** The notifier no longer serves its channel. */
  | 'no-channel'
  /** It was sealed under a secret that is gone. */
  | 'unreadable';

export type DeliveryOutcome = { readonly channel?: Channel } & (
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly retryInMs: number }
  | { readonly kind: 'dead'; readonly reason: FailureReason }
  /** Too little is left of the lease: whoever has it next sends it. */
  | { readonly kind: 'too-late' }
);

/** A message that this worker has leased. */
export interface LeasedMessage {
  readonly message: OutboxRecord;
  readonly leasedUntil: number;
  readonly abortController: AbortController;
}

/** Opens a message and hands it to the notifier, once. Never rejects. */
export async function attemptDelivery(context: Context, { message, leasedUntil, abortController }: LeasedMessage): Promise<DeliveryOutcome> {
  const notification = read(context, message);
  if (notification === null) return { kind: 'dead', reason: 'unreadable' };
  const { channel } = notification;
  const reason = undeliverableReason(context, { message, notification });
  if (reason !== null) return { kind: 'dead', reason, channel };
  // A process that was asleep meanwhile would send what another one is sending.
  if (context.clock.now() + SEND_TIMEOUT_MS > leasedUntil) return { kind: 'too-late', channel };
  try {
    await sendWithTimeout(context, { notification, abortController });
    return { kind: 'sent', channel };
  } catch (error) {
    return { ...afterFailure(context, { message, error }), channel };
  }
}

function read({ keyring }: Context, { id, sealedMessage }: OutboxRecord): Notification | null {
  const plain = open(keyring, { sealed: sealedMessage, context: sealContext(id) });
  if (plain === null) return null;
  // Nobody but this library can have sealed it.
  const notification: Notification = JSON.parse(plain);
  return notification;
}

/** Why there is no use in sending it. */
function undeliverableReason(
  { clock, notifier }: Context,
  { message, notification }: { readonly message: OutboxRecord; readonly notification: Notification },
): FailureReason | null {
  // Its last try was cut short without a word: perhaps the process fell over it.
  if (message.attempts > MAX_TRIES) return 'tries';
  if (!notifier.channels.includes(notification.channel)) return 'no-channel';
  const { expiresAt } = notification.data;
  return expiresAt !== undefined && Date.parse(expiresAt) <= clock.now() ? 'expired' : null;
}

function afterFailure(
  { logger, random }: Context,
  { message, error }: { readonly message: OutboxRecord; readonly error: unknown },
): DeliveryOutcome {
  const { id, kind, attempts } = message;
  logger.warn('a message could not be delivered', { ...describeError(error), messageId: id, kind, attempts });
  const { permanent, retryAfterSeconds } = retryAdvice(error);
  if (permanent) return { kind: 'dead', reason: 'refused' };
  if (attempts >= MAX_TRIES) return { kind: 'dead', reason: 'tries' };
  return { kind: 'failed', retryInMs: backoffMs(random, { attempts, retryAfterSeconds }) };
}

/** What a `DeliveryError` asks for, of another copy of this package too. */
function retryAdvice(error: unknown): { readonly permanent: boolean; readonly retryAfterSeconds: number | undefined } {
  if (!(error instanceof Error)) return { permanent: false, retryAfterSeconds: undefined };
  const seconds: unknown = Reflect.get(error, 'retryAfterSeconds');
  return {
    permanent: Reflect.get(error, 'permanent') === true,
    retryAfterSeconds: typeof seconds === 'number' && seconds > 0 ? seconds : undefined,
  };
}
