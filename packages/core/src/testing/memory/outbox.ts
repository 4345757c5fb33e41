import type { DeliveryOutcome, OutboxRecord, OutboxStore } from '../../ports/store/outbox.js';
import { requireUser, type Tables } from './tables.js';

export function memoryOutbox(tables: Tables): OutboxStore {
  const { outbox } = tables;

  const waiting = (): OutboxRecord[] =>
    [...outbox.all()].filter(({ sentAt, deadAt }) => sentAt === null && deadAt === null);

  return {
    async insert(message) {
      if (message.userId !== null) requireUser(tables, message.userId);
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
    async release({ id, leasedUntil }, outcome) {
      const message = outbox.get(id);
      if (message === undefined || message.leasedUntil !== leasedUntil) return false;
      outbox.replace({ ...message, ...changesBy(outcome), leasedUntil: null });
      return true;
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
  };
}

function changesBy({ kind, at }: DeliveryOutcome): Partial<OutboxRecord> {
  if (kind === 'sent') return { sentAt: at, sealedMessage: '' };
  return kind === 'retry' ? { nextAttemptAt: at } : { deadAt: at };
}

const dueAt = ({ nextAttemptAt, leasedUntil }: OutboxRecord): number => Math.max(nextAttemptAt, leasedUntil ?? 0);

const byId = (a: OutboxRecord, b: OutboxRecord): number => (a.id < b.id ? -1 : 1);
