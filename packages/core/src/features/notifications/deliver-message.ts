import { SYSTEM_CALLER } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { describeError } from '../../foundation/describe-error.js';
import type { Clock } from '../../ports/clock.js';
import type { Channel } from '../../ports/notifier.js';
import type { OutboxLease } from '../../ports/store/outbox.js';
import { deliveryChannel } from '../../telemetry/channels.js';
import type { DeliveryTrace } from '../../telemetry/channels.js';
import { traced } from '../../telemetry/traced.js';
import { withTransaction } from '../../unit-of-work.js';
import type { NewEvent } from '../../model/events.js';
import { attemptDelivery } from './attempt-delivery.js';
import type { LeasedMessage, DeliveryOutcome } from './attempt-delivery.js';
import { noteProviderRefusal } from './provider-refusals.js';

/** How long to wait before the outcome is written again, if the database does not answer. */
const PAUSE_MS = 1_000;

/** Sends one leased message and stores the outcome with its event. If it rejects, the lease expires. */
export async function deliverMessage(context: Context, leased: LeasedMessage): Promise<void> {
  const { id: messageId, kind, attempts: attempt, createdAt } = leased.message;
  const message: DeliveryTrace = { messageId, kind, attempt, ageMs: context.clock.now() - createdAt };
  return traced({ channel: deliveryChannel, message, work: async (trace) => sendAndSettle(context, { leased, trace }) });
}

async function sendAndSettle(
  context: Context,
  { leased, trace }: { readonly leased: LeasedMessage; readonly trace: DeliveryTrace },
): Promise<void> {
  const verdict = await attemptDelivery(context, leased);
  note(trace, verdict);
  const { clock, logger } = context;
  const { message, leasedUntil, abortController } = leased;
  for (;;) {
    try {
      const kept = await settle(context, { leased, verdict });
      if (!kept) logger.warn('a delivery lost its message: another worker leased it, or it was removed', { messageId: message.id });
      return;
    } catch (error) {
      logger.error('the outcome of a delivery could not be stored', { ...describeError(error), messageId: message.id });
    }
    // A message that was sent would be sent again once its lease expires, so the outcome is written again until then.
    if (abortController.signal.aborted || clock.now() + PAUSE_MS >= leasedUntil) return;
    await pause(clock, abortController.signal);
  }
}

function note(trace: DeliveryTrace, verdict: DeliveryOutcome): void {
  trace.outcome = verdict.kind;
  if (verdict.channel !== undefined) trace.channel = verdict.channel;
  if (verdict.kind === 'dead') trace.reason = verdict.reason;
}

interface Settling {
  readonly leased: LeasedMessage;
  readonly verdict: DeliveryOutcome;
}

/** True if the lease was still held. */
async function settle(context: Context, { leased, verdict }: Settling): Promise<boolean> {
  const lease: OutboxLease = { id: leased.message.id, leasedUntil: leased.leasedUntil };
  const now = context.clock.now();
  switch (verdict.kind) {
    case 'too-late':
      return true;
    case 'failed':
      return verdict.refusal === undefined
        ? context.store.outbox.release(lease, { kind: 'retry', at: now + verdict.retryInMs })
        : keepForOperator(context, { lease, retryAt: now + verdict.retryInMs, refusal: verdict.refusal });
    case 'sent':
    case 'dead':
      return withTransaction(context, {
        caller: SYSTEM_CALLER,
        async work({ unit }) {
          const { outbox } = unit;
          const kept = await outbox.release(lease, { kind: verdict.kind, at: now });
          if (kept) await unit.record(eventOf(leased, verdict));
          return kept;
        },
      });
  }
}

interface Keeping {
  readonly lease: OutboxLease;
  readonly retryAt: number;
  readonly refusal: { readonly channel: Channel; readonly code: string };
}

async function keepForOperator(context: Context, { lease, retryAt, refusal }: Keeping): Promise<boolean> {
  return withTransaction(context, {
    caller: SYSTEM_CALLER,
    async work(transaction) {
      const kept = await transaction.unit.outbox.release(lease, { kind: 'retry', at: retryAt });
      if (kept && (await noteProviderRefusal(transaction, refusal.channel))) {
        await transaction.unit.record({ type: 'notifier.refused', outcome: 'failure', userId: null, actorId: null, detail: refusal });
      }
      return kept;
    },
  });
}

function eventOf({ message }: LeasedMessage, verdict: Extract<DeliveryOutcome, { readonly kind: 'sent' | 'dead' }>): NewEvent {
  const { id, userId, kind, attempts } = message;
  const { channel } = verdict;
  // System event: no actor.
  const about = { userId, actorId: null };
  const detail = { messageId: id, kind, attempts, ...(channel !== undefined && { channel }) };
  return verdict.kind === 'sent'
    ? { type: 'message.delivered', outcome: 'success', ...about, detail }
    : { type: 'message.dead', outcome: 'failure', ...about, detail: { ...detail, reason: verdict.reason } };
}

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(resolve, PAUSE_MS);
    signal.addEventListener(
      'abort',
      () => {
        cancel();
        resolve();
      },
      { once: true },
    );
  });
}
