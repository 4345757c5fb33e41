import type { Context } from '../../context.js';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { PurgeTable } from '../../ports/store/store.js';
import { DEVICE_LIFETIME_MS } from '../../model/device-lifetime.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Long after anybody asks for a used token or a set-up that lapsed. */
const REMAINS_MS = DAY_MS;
/** How long sent and failed messages are kept, to look them up and for `doctor` to count the failed ones. */
export const MESSAGE_MEMORY_MS: number = 7 * DAY_MS;

/** A store may answer without giving way to the event loop: a batch is what a request has to wait for at most. */
const GOAL_MS = 3;
const FIRST_BATCH = 32;
const SMALLEST_BATCH = 4;
const LARGEST_BATCH = 1_024;

export interface PurgeExpiredInput {
  readonly isCancelled: () => boolean;
  /** Whether the process has to live until it is done. */
  readonly holdsProcess: boolean;
}

/** How many rows went, table by table. */
export type Purged = Readonly<Record<string, number>>;

/**
 * Deletes what is over, in batches that grow and shrink so that each takes some three milliseconds, with a turn of the event
 * loop after each. Other processes may do the same at the same time: every row goes once. Ends early when told so.
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

/** Each table, and before which moment its rows have to be over to be deleted. */
function retention({ store, clock, settings }: Context): readonly (readonly [PurgeTable, number])[] {
  const now = clock.now();
  const { session, audit, twoFactor } = settings;
  // security.md S2: until the last of its refresh tokens is out of date, a replay is known as this session's.
  const sessionsBefore = now - session.absoluteTtl;
  // A device is trusted when it is seen, so one that is still trusted was seen within this time.
  const devicesBefore = now - Math.max(DEVICE_LIFETIME_MS, twoFactor.trustedDeviceTtl);
  // What ends at this very moment has ended.
  const expired = now + 1;
  const tables: readonly (readonly [PurgeTable, number])[] = [
    ['sessions', sessionsBefore],
    ['devices', devicesBefore],
    ['oneTimeTokens', now - REMAINS_MS],
    ['factors', now - REMAINS_MS],
    ['counters', expired],
    ['attempts', expired],
    ['rateLimits', expired],
    ['outbox', now - MESSAGE_MEMORY_MS],
    ['events', now - audit.retention],
  ];
  return tables.filter(([table]) => table !== 'rateLimits' || store.rateLimits !== undefined);
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
    await turnOfTheLoop(undefined, { ref: holdsProcess });
  }
  return total;
}

/** Waiting for its turn counts as well: where many write, batches get smaller. */
function nextLimit(limit: number, tookMs: number): number {
  if (tookMs > GOAL_MS) return Math.max(SMALLEST_BATCH, Math.floor(limit / 2));
  return tookMs < GOAL_MS ? Math.min(LARGEST_BATCH, Math.ceil(limit * 1.25)) : limit;
}
