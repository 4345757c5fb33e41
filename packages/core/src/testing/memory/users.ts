import type { UserRecord, UserStore } from '../../ports/store/users.js';
import type { Tables } from './tables.js';

export function memoryUsers(tables: Tables): UserStore {
  const { users } = tables;

  const othersHave = (index: 'email' | 'username', value: string | null | undefined, id: string): boolean =>
    typeof value === 'string' && users.by(index, value).some((user) => user.id !== id);

  const isLastEnabledOf = (user: UserRecord, role: string): boolean =>
    user.role === role &&
    user.disabledAt === null &&
    users.by('role', role).every((other) => other.id === user.id || other.disabledAt !== null);

  return {
    async insert(user) {
      if (othersHave('email', user.email, user.id)) return { kind: 'taken', field: 'email' };
      if (othersHave('username', user.username, user.id)) return { kind: 'taken', field: 'username' };
      users.add(user);
      return { kind: 'inserted' };
    },
    async find(id) {
      return users.get(id) ?? null;
    },
    async findByEmail(email) {
      return users.by('email', email)[0] ?? null;
    },
    async findByUsername(username) {
      return users.by('username', username)[0] ?? null;
    },
    async updateProfile(id, { name, username }, at) {
      const user = users.get(id);
      if (user === undefined) return { kind: 'missing' };
      if (othersHave('username', username, id)) return { kind: 'taken', field: 'username' };
      const updated: UserRecord = {
        ...user,
        name: name ?? user.name,
        username: username ?? user.username,
        updatedAt: at,
      };
      users.replace(updated);
      return { kind: 'updated', user: users.get(id) ?? updated };
    },
    async replacePasswordHash(id, from, to) {
      const user = users.get(id);
      if (user === undefined || user.passwordHash !== from) return false;
      users.replace({ ...user, passwordHash: to });
      return true;
    },
    async recordLogin(id, securityVersion, at) {
      const user = users.get(id);
      if (user === undefined || user.disabledAt !== null || user.securityVersion !== securityVersion) return false;
      users.replace({ ...user, lastLoginAt: at });
      return true;
    },
    async remove(id, keepLastOf) {
      const user = users.get(id);
      if (user === undefined) return 'missing';
      if (isLastEnabledOf(user, keepLastOf)) return 'last-of-role';
      for (const session of tables.sessions.by('userId', id)) tables.sessions.delete(session.id);
      for (const device of tables.devices.by('userId', id)) tables.devices.delete(device.id);
      users.delete(id);
      return 'removed';
    },
  };
}
