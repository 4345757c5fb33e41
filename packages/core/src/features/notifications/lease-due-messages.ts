import type { Context } from '../../context.js';
import { describeError } from '../../foundation/describe-error.js';
import type { OutboxRecord } from '../../ports/store/outbox.js';
import { outboxChannel } from '../../telemetry/channels.js';
import type { OutboxState } from '../../telemetry/channels.js';

/** Long enough to send a message and to store the outcome. */
export const LEASE_MS = 60_000;
/** How often to look for messages of a process that has died. */
const LOOK_EVERY_MS = 5 * 60_000;
/** When to look again if the database does not answer. */
const LOOK_AGAIN_MS = 30_000;
/** The shortest time between two looks while another worker is about to lease what is due. */
const MIN_PAUSE_MS = 100;
/** The most messages that telemetry counts: counting a million would delay other work. */
const MOST_COUNTED = 10_000;

export interface LeasedDue {
  readonly messages: readonly OutboxRecord[];
  readonly leasedUntil: number;
  /** When to look again, in milliseconds from now. `null` if more may be due: look when a delivery ends. */
  readonly lookInMs: number | null;
}

/** Leases at most `limit` messages that are due. Never rejects. */
export async function leaseDueMessages(context: Context, limit: number): Promise<LeasedDue> {
  const { store, clock, logger } = context;
  const now = clock.now();
  const leasedUntil = now + LEASE_MS;
  let messages: readonly OutboxRecord[] = [];
  try {
    messages = await store.outbox.lease({ now, until: leasedUntil, limit });
    if (outboxChannel.hasSubscribers) await publishState(context);
    const lookInMs = messages.length === limit ? null : delayUntil(await store.outbox.nextDue(), clock.now());
    return { messages, leasedUntil, lookInMs };
  } catch (error) {
    logger.error('the outbox could not be read', describeError(error));
    return { messages, leasedUntil, lookInMs: LOOK_AGAIN_MS };
  }
}

function delayUntil(due: number | null, now: number): number {
  return due === null ? LOOK_EVERY_MS : Math.min(Math.max(due - now, MIN_PAUSE_MS), LOOK_EVERY_MS);
}

async function publishState({ store, clock }: Context): Promise<void> {
  const backlog = await store.outbox.backlog?.(MOST_COUNTED);
  if (backlog === undefined) return;
  const { waiting, oldestAt } = backlog;
  const state: OutboxState = { waiting, oldestMs: oldestAt === null ? 0 : Math.max(0, clock.now() - oldestAt) };
  outboxChannel.publish(state);
}
