import type { Context } from '../../context.js';
import type { Channel } from '../../ports/notifier.js';
import type { CounterLimit } from '../../ports/store/counters.js';
import type { TransactionContext } from '../../unit-of-work.js';

const HOUR_MS = 60 * 60_000;
/** How long messages are kept until the operator has fixed the sender or key: over a weekend. */
export const OPERATOR_TIME_MS: number = 3 * 24 * HOUR_MS;
/** One event an hour: one for each attempt would tell nothing more. */
const LIMITS: readonly CounterLimit[] = [
  { max: 1, windowMs: HOUR_MS },
  { max: 100, windowMs: OPERATOR_TIME_MS },
];

/** Counted for the whole channel, not for an account. */
const keyOf = (channel: Channel): string => `provider-refusal:${channel}`;

/** Records that a provider refuses the sender. Returns whether it is the first time within an hour, which is worth an event. */
export async function noteProviderRefusal({ clock, makeId, unit }: TransactionContext, channel: Channel): Promise<boolean> {
  const hit = { hitId: makeId(), key: keyOf(channel), limits: LIMITS, now: clock.now() };
  return (await unit.counters.take(hit)).kind === 'taken';
}

/** Whether the provider of this channel has refused the sender after `since`, in any process with this database. */
export async function wasProviderRefusing({ store }: Context, query: { readonly channel: Channel; readonly since: number }): Promise<boolean> {
  return (await store.counters.count(keyOf(query.channel), query.since)) > 0;
}
