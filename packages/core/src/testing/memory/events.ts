import type { EventRecord, EventStore } from '../../ports/store/events.js';
import type { EventRow, Tables } from './tables.js';

export function memoryEvents({ events, anonymizations }: Tables): EventStore {
  const actorEventsOf = (actorId: string) => events.by('actorId', actorId).filter(({ userId }) => userId !== actorId);
  const eventsOf = {
    subject: (userId: string) => events.by('userId', userId).filter(({ actorId }) => actorId === null || actorId === userId),
    actor: actorEventsOf,
  };
  return {
    async append(event) {
      events.add({ ...event, refusalKey: null });
    },
    async appendRefusal(event, refusalKey) {
      const [first] = events.by('refusalKey', refusalKey);
      const { id, at, lastAt, count } = first ?? event;
      const counted = first === undefined ? { id, at, lastAt, count } : { id, at, lastAt: event.at, count: count + 1 };
      if (first === undefined) events.add({ ...event, refusalKey });
      else events.replace({ ...event, ...counted, refusalKey });
      return counted;
    },
    async list(userId, { limit, beforeId }) {
      const about = events.by('userId', userId);
      return about.filter(({ id }) => beforeId === undefined || id < beforeId).slice(0, limit).map(toEventRecord);
    },
    async listByActor(actorId, { limit, beforeId }) {
      return actorEventsOf(actorId).filter(({ id }) => beforeId === undefined || id < beforeId).slice(0, limit).map(toEventRecord);
    },
    async requestAnonymization({ userId, requestedAt }) {
      if (anonymizations.get(userId) === undefined) anonymizations.add({ id: userId, requestedAt });
    },
    async listAnonymizations(limit) {
      const oldestFirst = [...anonymizations.all()].toSorted((a, b) => a.requestedAt - b.requestedAt);
      return oldestFirst.slice(0, limit).map(({ id, requestedAt }) => ({ userId: id, requestedAt }));
    },
    async anonymize({ userId, role, afterId, limit }) {
      const batch = eventsOf[role](userId).toReversed().filter(({ id }) => id > afterId).slice(0, limit);
      for (const event of batch) events.replace({ ...event, ip: null, userAgent: null });
      return batch.length < limit ? null : (batch.at(-1)?.id ?? null);
    },
    async completeAnonymization(userId) {
      anonymizations.delete(userId);
    },
  };
}

/** Without the key that it was counted under. */
export function toEventRecord({ refusalKey: _, ...event }: EventRow): EventRecord {
  return event;
}
