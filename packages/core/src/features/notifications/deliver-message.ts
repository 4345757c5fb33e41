import type { Context } from '../../context.js';
import { describeError } from '../../foundation/describe-error.js';
import type { Clock } from '../../ports/clock.js';
import { deliveryChannel } from '../../telemetry/channels.js';
import type { DeliveryTrace } from '../../telemetry/channels.js';
import { traced } from '../../telemetry/traced.js';
import { attemptDelivery } from './attempt-delivery.js';
import type { LeasedMessage, DeliveryOutcome } from './attempt-delivery.js';
import type { OutcomeCollector } from './outcome-collector.js';
import { settleOutcomes } from './settle-outcomes.js';

/** How long to wait before the outcome is written again, if the database does not answer. */
const PAUSE_MS = 1_000;

interface Delivering {
  readonly leased: LeasedMessage;
  readonly outcomes: OutcomeCollector;
}

/**
 * Sends one leased message and stores the outcome with its event. Returns true if nothing is left to do for the message;
 * false if it is due again later, or if the outcome could not be stored. If it rejects, the lease expires.
 */
export async function deliverMessage(context: Context, { leased, outcomes }: Delivering): Promise<boolean> {
  const { id: messageId, kind, attempts: attempt, createdAt } = leased.message;
  const message: DeliveryTrace = { messageId, kind, attempt, ageMs: context.clock.now() - createdAt };
  return traced({ channel: deliveryChannel, message, work: async (trace) => sendAndSettle(context, { leased, outcomes, trace }) });
}

async function sendAndSettle(
  context: Context,
  { leased, outcomes, trace }: Delivering & { readonly trace: DeliveryTrace },
): Promise<boolean> {
  const verdict = await attemptDelivery(context, leased);
  note(trace, verdict);
  // Another worker takes the message when the lease ends.
  if (verdict.kind === 'too-late') return false;
  const { clock, logger } = context;
  const { message, leasedUntil, abortController } = leased;
  const settling = { leased, verdict };
  for (let tries = 1; ; tries += 1) {
    try {
      // Alone from the second time on: an outcome that cannot be stored must not hold up the others.
      const kept = tries === 1 ? await outcomes.settle(settling) : (await settleOutcomes(context, [settling]))[0];
      if (kept !== true) logger.warn('a delivery lost its message: another worker leased it, or it was removed', { messageId: message.id });
      return verdict.kind !== 'failed';
    } catch (error) {
      logger.error('the outcome of a delivery could not be stored', { ...describeError(error), messageId: message.id });
    }
    // A message that was sent would be sent again once its lease expires, so the outcome is written again until then.
    if (abortController.signal.aborted || clock.now() + PAUSE_MS >= leasedUntil) return false;
    await pause(clock, abortController.signal);
  }
}

function note(trace: DeliveryTrace, verdict: DeliveryOutcome): void {
  trace.outcome = verdict.kind;
  if (verdict.channel !== undefined) trace.channel = verdict.channel;
  if (verdict.kind === 'dead') trace.reason = verdict.reason;
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
