import type { PasskeyRecord, PasskeyStore } from '../../ports/store/passkeys.js';
import { isLastCredential } from './last-credential.js';
import { requireUser, type Tables } from './tables.js';

export function memoryPasskeys(tables: Tables): PasskeyStore {
  const { passkeys } = tables;

  const ownOf = (userId: string, id: string): PasskeyRecord | undefined => {
    const passkey = passkeys.get(id);
    return passkey?.userId === userId ? passkey : undefined;
  };

  return {
    async insert(passkey, max) {
      requireUser(tables, passkey.userId);
      if (passkeys.by('credentialId', passkey.credentialId).length > 0) return 'exists';
      if (passkeys.by('userId', passkey.userId).length >= max) return 'too-many';
      passkeys.add(passkey);
      return 'inserted';
    },
    async list(userId) {
      return passkeys.by('userId', userId);
    },
    async findWithUser(credentialId) {
      const [passkey] = passkeys.by('credentialId', credentialId);
      const user = passkey === undefined ? undefined : tables.users.get(passkey.userId);
      return passkey === undefined || user === undefined ? null : { passkey, user };
    },
    async use(id, { counter, backedUp, at }) {
      const passkey = passkeys.get(id);
      const isForward = passkey !== undefined && (counter > passkey.counter || (counter === 0 && passkey.counter === 0));
      if (!isForward) return false;
      passkeys.replace({ ...passkey, counter, backedUp, lastUsedAt: at });
      return true;
    },
    async rename(id, userId, name) {
      const passkey = ownOf(userId, id);
      if (passkey === undefined) return null;
      passkeys.replace({ ...passkey, name });
      return passkeys.get(id) ?? null;
    },
    async remove(id, userId) {
      if (ownOf(userId, id) === undefined) return 'missing';
      if (isLastCredential(tables, { id, userId })) return 'last-credential';
      passkeys.delete(id);
      return 'removed';
    },
    async removeAll(userId) {
      return passkeys.deleteBy('userId', userId).length;
    },
  };
}
