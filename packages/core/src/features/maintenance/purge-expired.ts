import type { Context } from '../../context.js';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { PurgeTable } from '../../ports/store/store.js';
import { DEVICE_LIFETIME_MS } from '../../model/device-lifetime.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Used tokens and expired set-ups are not needed that long. */
const KEEP_EXPIRED_MS = DAY_MS;
/** How long sent and failed messages are kept, for inspection and for `doctor` to count the failed ones. */
export const KEEP_MESSAGES_MS: number = 7 * DAY_MS;

/**
 * The duration of a batch. A store may block the event loop while it answers, and requests then wait for it.
 */
const TARGET_BATCH_MS = 3;
const FIRST_BATCH = 32;
const SMALLEST_BATCH = 4;
const LARGEST_BATCH = 1_024;

export interface PurgeExpiredInput {
  readonly isCancelled: () => boolean;
  /** Whether the process is kept alive until the run is done. */
  readonly holdsProcess: boolean;
}

/** Number of deleted rows by table. */
export type Purged = Readonly<Record<string, number>>;

/**
 * Deletes expired rows in batches. The batch size adapts so that each takes about three milliseconds, with a turn of
 * the event loop after each. Other processes may do the same at the same time: each row is deleted once. Stops early
 * when cancelled.
 */
export async function purgeExpired(
  context: Context,
  input: PurgeExpiredInput,
): Promise<Purged> {
  const purged: Record<string, number> = {};
  for (const [table, before] of retention(context)) {
    const purge = async (limit: number): Promise<number> => context.store.purge(table, before, limit);
    purged[table] = await inBatches(context, { purge, ...input });
  }
  return purged;
}

type Purge = (limit: number) => Promise<number>;

/** Each table, and the time before which its rows must have ended to be deleted. */
function retention({ store, clock, settings }: Context): readonly (readonly [PurgeTable, number])[] {
  const now = clock.now();
  const { session, audit, twoFactor } = settings;
  // security.md S2: until the last of its refresh tokens expires, a replay is recognised as this session's.
  const sessionsBefore = now - session.absoluteTtl;
  // A device becomes trusted when it is seen, so a device that is still trusted was seen within this time.
  const devicesBefore = now - Math.max(DEVICE_LIFETIME_MS, twoFactor?.trustedDeviceTtl ?? 0);
  // What expires at this very millisecond has expired.
  const expired = now + 1;
  const tables: readonly (readonly [PurgeTable, number])[] = [
    ['sessions', sessionsBefore],
    ['devices', devicesBefore],
    ['oneTimeTokens', now - KEEP_EXPIRED_MS],
    ['factors', now - KEEP_EXPIRED_MS],
    ['counters', expired],
    ['attempts', expired],
    ['rateLimits', expired],
    ['outbox', now - KEEP_MESSAGES_MS],
    ['events', now - audit.retention],
  ];
  const missing: Partial<Record<PurgeTable, boolean>> = { factors: twoFactor === undefined, rateLimits: store.rateLimits === undefined };
  return tables.filter(([table]) => missing[table] !== true);
}

async function inBatches(
  { clock }: Context,
  { purge, isCancelled, holdsProcess }: PurgeExpiredInput & { readonly purge: Purge },
): Promise<number> {
  let total = 0;
  for (let limit = FIRST_BATCH; !isCancelled(); ) {
    const begun = clock.now();
    const purged = await purge(limit);
    total += purged;
    if (purged < limit) break;
    limit = nextLimit(limit, clock.now() - begun);
    await yieldToEventLoop(undefined, { ref: holdsProcess });
  }
  return total;
}

/** The time waiting for the database counts as well: if others write much, batches get smaller. */
function nextLimit(limit: number, tookMs: number): number {
  if (tookMs > TARGET_BATCH_MS) return Math.max(SMALLEST_BATCH, Math.floor(limit / 2));
  return tookMs < TARGET_BATCH_MS ? Math.min(LARGEST_BATCH, Math.ceil(limit * 1.25)) : limit;
}
