import type { EventStore } from '../../ports/store/events.js';
import type { Tables } from './tables.js';

export function memoryEvents({ events }: Tables): EventStore {
  return {
    async append(event) {
      events.add(event);
    },
    async list(userId, { limit, beforeId }) {
      const about = events.by('userId', userId);
      return about.filter(({ id }) => beforeId === undefined || id < beforeId).slice(0, limit);
    },
    async listByActor(actorId, { limit, beforeId }) {
      const done = events.by('actorId', actorId).filter(({ userId }) => userId !== actorId);
      return done.filter(({ id }) => beforeId === undefined || id < beforeId).slice(0, limit);
    },
    async anonymize(userId) {
      for (const event of [...events.by('userId', userId), ...events.by('actorId', userId)]) {
        events.replace({ ...event, ip: null, userAgent: null });
      }
    },
  };
}
