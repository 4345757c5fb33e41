import type { OneTimeTokenRecord, OneTimeTokenStore } from '../../ports/store/one-time-tokens.js';
import { requireUser, type Tables } from './tables.js';

export function memoryOneTimeTokens(tables: Tables): OneTimeTokenStore {
  const { oneTimeTokens: tokens } = tables;

  const findLive = (id: string, at: number): OneTimeTokenRecord | null => {
    const token = tokens.get(id);
    return token !== undefined && isLive(token, at) ? token : null;
  };
  const listLive = (userId: string, at: number): OneTimeTokenRecord[] =>
    tokens.by('userId', userId).filter((token) => isLive(token, at));

  return {
    async insert(token) {
      if (token.userId !== null) requireUser(tables, token.userId);
      if (token.secretHash !== null && tokens.by('secretHash', token.secretHash).length > 0) {
        throw new Error('A token with this hash exists');
      }
      tokens.add(token);
    },
    async find(id) {
      return tokens.get(id) ?? null;
    },
    async list(userId) {
      return tokens.by('userId', userId);
    },
    async findByHash(secretHash, purposes) {
      const [token] = tokens.by('secretHash', secretHash);
      return token !== undefined && purposes.includes(token.purpose) ? token : null;
    },
    async findLiveOf({ userId, purpose, subjectId }, now) {
      const live = listLive(userId, now);
      return live.find((token) => token.purpose === purpose && token.subjectId === subjectId) ?? null;
    },
    async consume(id, now) {
      const token = findLive(id, now);
      if (token === null) return false;
      tokens.replace({ ...token, consumedAt: now });
      return true;
    },
    async takeAttempt(id, max, now) {
      const token = findLive(id, now);
      if (token === null || token.attempts >= max) return false;
      tokens.replace({ ...token, attempts: token.attempts + 1 });
      return true;
    },
    async replaceCode(id, code, sentBefore) {
      const token = findLive(id, code.sentAt);
      if (token === null || (token.code !== null && token.code.sentAt > sentBefore)) return false;
      tokens.replace({ ...token, code });
      return true;
    },
    async voidAll(userId, purposes, now) {
      const voided = listLive(userId, now).filter((token) => purposes.includes(token.purpose));
      for (const token of voided) tokens.replace({ ...token, consumedAt: now });
      return voided.length;
    },
  };
}

const isLive = (token: OneTimeTokenRecord, at: number): boolean => token.consumedAt === null && at < token.expiresAt;
