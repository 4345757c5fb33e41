import type { PurgeTable, StoreMethods } from '../../ports/store/store.js';
import type { Tables } from './tables.js';

type Purge = (before: number, limit: number) => number;

export function memoryPurge(tables: Tables): StoreMethods['purge'] {
  const { sessions, devices, oneTimeTokens, factors, counters, attempts, rateLimits, outbox, events } = tables;
  const purges: Readonly<Record<PurgeTable, Purge>> = {
    sessions: (before, limit) =>
      sessions.purge((row) => first(row.idleExpiresAt, row.expiresAt, row.revokedAt) < before, limit),
    devices: (before, limit) => devices.purge((row) => row.lastSeenAt < before, limit),
    oneTimeTokens: (before, limit) => oneTimeTokens.purge((row) => first(row.expiresAt, row.consumedAt) < before, limit),
    factors: (before, limit) => factors.purge((row) => row.confirmedAt === null && row.createdAt < before, limit),
    counters: (before, limit) => counters.purge((row) => first(row.expiresAt) < before, limit),
    attempts: (before, limit) => attempts.purge((row) => row.expiresAt < before, limit),
    rateLimits: (before, limit) => rateLimits.purge((row) => row.fullAt < before, limit),
    outbox: (before, limit) => outbox.purge((row) => first(row.sentAt, row.deadAt) < before, limit),
    events: (before, limit) => events.purge((row) => row.at < before, limit),
  };
  return async (table, before, limit) => purges[table](before, limit);
}

/** The earliest of these times; `Infinity` if all are `null`. */
const first = (...moments: readonly (number | null)[]): number => Math.min(...moments.map((moment) => moment ?? Infinity));
