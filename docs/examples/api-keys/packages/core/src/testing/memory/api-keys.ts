import type { ApiKeyStore } from '../../ports/store/api-keys.js';
import { requireUser, type Tables } from './tables.js';

export function memoryApiKeys(tables: Tables): ApiKeyStore {
  const { apiKeys } = tables;
  return {
    async insert(key, max) {
      requireUser(tables, key.userId);
      if (apiKeys.by('userId', key.userId).length >= max) return false;
      apiKeys.add(key);
      return true;
    },
    async list(userId) {
      return apiKeys.by('userId', userId);
    },
  };
}
