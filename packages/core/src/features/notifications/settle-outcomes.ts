import { SYSTEM_CALLER } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { Channel } from '../../ports/notifier.js';
import type { OutboxLease } from '../../ports/store/outbox.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { withTransaction } from '../../unit-of-work.js';
import type { NewEvent } from '../../model/events.js';
import type { DeliveryOutcome, LeasedMessage } from './attempt-delivery.js';
import { noteProviderRefusal } from './provider-refusals.js';

/** A message with the outcome of its delivery, to be stored. */
export interface Settling {
  readonly leased: LeasedMessage;
  readonly verdict: Exclude<DeliveryOutcome, { readonly kind: 'too-late' }>;
}

/**
 * Stores the outcomes of several deliveries with their events, all in one transaction. Returns for each, in the same
 * order, whether its lease was still held; the outcome of a lost lease is not stored.
 */
export async function settleOutcomes(context: Context, settlings: readonly Settling[]): Promise<readonly boolean[]> {
  return withTransaction(context, {
    caller: SYSTEM_CALLER,
    async work(transaction) {
      const kept: boolean[] = [];
      for (const settling of settlings) kept.push(await settle(transaction, settling));
      return kept;
    },
  });
}

async function settle(transaction: TransactionContext, { leased, verdict }: Settling): Promise<boolean> {
  const { unit, clock } = transaction;
  const lease: OutboxLease = { id: leased.message.id, leasedUntil: leased.leasedUntil };
  const now = clock.now();
  switch (verdict.kind) {
    case 'failed':
      return verdict.refusal === undefined
        ? unit.outbox.release(lease, { kind: 'retry', at: now + verdict.retryInMs })
        : keepForOperator(transaction, { lease, retryAt: now + verdict.retryInMs, refusal: verdict.refusal });
    case 'sent':
    case 'dead': {
      const kept = await unit.outbox.release(lease, { kind: verdict.kind, at: now });
      if (kept) await unit.record(eventOf(leased, verdict));
      return kept;
    }
  }
}

interface Keeping {
  readonly lease: OutboxLease;
  readonly retryAt: number;
  readonly refusal: { readonly channel: Channel; readonly code: string };
}

async function keepForOperator(transaction: TransactionContext, { lease, retryAt, refusal }: Keeping): Promise<boolean> {
  const kept = await transaction.unit.outbox.release(lease, { kind: 'retry', at: retryAt });
  if (kept && (await noteProviderRefusal(transaction, refusal.channel))) {
    await transaction.unit.record({ type: 'notifier.refused', outcome: 'failure', userId: null, actorId: null, detail: refusal });
  }
  return kept;
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
