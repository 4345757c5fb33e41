import type { OutboxLease, OutboxRecord, OutboxStore } from '../../ports/store/outbox.js';
import { demandUser, type Tables } from './tables.js';

export function memoryOutbox(tables: Tables): OutboxStore {
  const { outbox } = tables;

  const waiting = (): OutboxRecord[] =>
    [...outbox.all()].filter(({ sentAt, deadAt }) => sentAt === null && deadAt === null);
  /** Ends the lease with these changes, if it still holds. */
  const release = ({ id, leasedUntil }: OutboxLease, changes: Partial<OutboxRecord>): boolean => {
    const message = outbox.get(id);
    if (message === undefined || message.leasedUntil !== leasedUntil) return false;
    outbox.replace({ ...message, ...changes, leasedUntil: null });
    return true;
  };

  return {
    async insert(message) {
      if (message.userId !== null) demandUser(tables, message.userId);
      outbox.add(message);
    },
    async list(userId) {
      return outbox.by('userId', userId);
    },
    async lease({ now, until, limit }) {
      const due = waiting().filter((message) => dueAt(message) <= now);
      const taken = due.toSorted((a, b) => dueAt(a) - dueAt(b) || byId(a, b)).slice(0, limit);
      const leased = taken.map((message) => ({ ...message, attempts: message.attempts + 1, leasedUntil: until }));
      for (const message of leased) outbox.replace(message);
      return leased.toSorted(byId);
    },
    async markSent(lease, at) {
      return release(lease, { sentAt: at, sealedMessage: '' });
    },
    async retryAt(lease, nextAttemptAt) {
      return release(lease, { nextAttemptAt });
    },
    async bury(lease, at) {
      return release(lease, { deadAt: at });
    },
    async nextDue() {
      const next = Math.min(...waiting().map(dueAt));
      return Number.isFinite(next) ? next : null;
    },
    async backlog(limit) {
      const first = waiting().toSorted((a, b) => dueAt(a) - dueAt(b)).slice(0, limit);
      return { waiting: first.length, oldestAt: first.map(({ createdAt }) => createdAt).toSorted((a, b) => a - b)[0] ?? null };
    },
    async countDead(since) {
      return [...outbox.all()].filter(({ deadAt }) => deadAt !== null && deadAt > since).length;
    },
    async purge(before, limit) {
      return outbox.purge(({ sentAt, deadAt }) => Math.min(sentAt ?? Infinity, deadAt ?? Infinity) < before, limit);
    },
  };
}

const dueAt = ({ nextAttemptAt, leasedUntil }: OutboxRecord): number => Math.max(nextAttemptAt, leasedUntil ?? 0);

const byId = (a: OutboxRecord, b: OutboxRecord): number => (a.id < b.id ? -1 : 1);
