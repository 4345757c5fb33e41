import type { IdentityStore } from '../../ports/store/identities.js';
import { isLastCredential } from './last-credential.js';
import { requireUser, subjectKey, type Tables } from './tables.js';

export function memoryIdentities(tables: Tables): IdentityStore {
  const { identities } = tables;

  return {
    async insert(identity, max) {
      requireUser(tables, identity.userId);
      if (identities.by('subject', subjectKey(identity)).length > 0) return 'taken';
      if (identities.by('userId', identity.userId).length >= max) return 'full';
      identities.add(identity);
      return 'inserted';
    },
    async find(id) {
      return identities.get(id) ?? null;
    },
    async findBySubject(issuer, subject) {
      return identities.by('subject', subjectKey({ issuer, subject }))[0] ?? null;
    },
    async list(userId) {
      return identities.by('userId', userId);
    },
    async recordUse(id, { at, email, sealedTokens }) {
      const identity = identities.get(id);
      if (identity === undefined) return false;
      identities.replace({ ...identity, email, sealedTokens, lastUsedAt: at });
      return true;
    },
    async remove(id, userId) {
      if (identities.get(id)?.userId !== userId) return 'missing';
      if (isLastCredential(tables, { id, userId })) return 'last-credential';
      identities.delete(id);
      return 'removed';
    },
    async removeAll(userId) {
      return identities.deleteBy('userId', userId).length;
    },
  };
}
