import type {
  UpdateUserOutcome,
  UserChanges,
  UserFilter,
  UserRecord,
  UserStore,
} from '../../ports/store/users.js';
import { statusOf } from '../../model/user-status.js';
import type { Tables } from './tables.js';

export function memoryUsers(tables: Tables): UserStore {
  const { users } = tables;

  const othersHave = (index: 'email' | 'username', value: string | null | undefined, id: string): boolean =>
    typeof value === 'string' && users.by(index, value).some((user) => user.id !== id);

  const isLastActiveOf = (user: UserRecord, role: string): boolean =>
    user.role === role &&
    statusOf(user) === 'active' &&
    users.by('role', role).every((other) => other.id === user.id || statusOf(other) !== 'active');

  const updated = (user: UserRecord): UpdateUserOutcome => {
    users.replace(user);
    return { kind: 'updated', user: users.get(user.id) ?? user };
  };

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
    async list({ filter, limit, beforeId }) {
      const matching = [...users.all()].filter(
        (user) => matches(user, filter) && (beforeId === undefined || user.id < beforeId),
      );
      return matching.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
    },
    async count(filter) {
      return [...users.all()].filter((user) => matches(user, filter)).length;
    },
    async update(id, changes, { at, keepLastOf }) {
      const user = users.get(id);
      if (user === undefined) return { kind: 'missing' };
      if (othersHave('email', changes.email, id)) return { kind: 'taken', field: 'email' };
      if (othersHave('username', changes.username, id)) return { kind: 'taken', field: 'username' };
      const after = changed(user, changes, at);
      const isLost = after.role !== user.role || after.disabledAt !== null;
      return isLost && isLastActiveOf(user, keepLastOf) ? { kind: 'last-of-role' } : updated(after);
    },
    async replacePasswordHash(id, from, to) {
      const user = users.get(id);
      if (user === undefined || user.passwordHash !== from) return false;
      users.replace({ ...user, passwordHash: to });
      return true;
    },
    async recordLogin(id, { securityVersion, twoFactorEnabledAt }, at) {
      const user = users.get(id);
      if (user === undefined || user.disabledAt !== null) return false;
      if (user.securityVersion !== securityVersion || user.twoFactorEnabledAt !== twoFactorEnabledAt) return false;
      users.replace({ ...user, lastLoginAt: at });
      return true;
    },
    async setPassword(id, { hash, at, securityVersion }) {
      const user = users.get(id);
      if (user === undefined || (securityVersion ?? user.securityVersion) !== user.securityVersion) return false;
      users.replace({ ...raised(user), passwordHash: hash, passwordChangedAt: hash === null ? null : at });
      return true;
    },
    async verifyEmail(id, email, at) {
      const user = users.get(id);
      if (user === undefined || user.email !== email) return false;
      users.replace({ ...user, emailVerifiedAt: user.emailVerifiedAt ?? at });
      return true;
    },
    async changeEmail(id, { email, at, securityVersion }) {
      const user = users.get(id);
      if (user === undefined || user.securityVersion !== securityVersion) return { kind: 'missing' };
      if (othersHave('email', email, id)) return { kind: 'taken', field: 'email' };
      return updated({ ...raised(user), email, emailVerifiedAt: at, updatedAt: at });
    },
    async setPhone(id, phone, at) {
      const user = users.get(id);
      if (user === undefined) return;
      users.replace({ ...user, phone, phoneVerifiedAt: phone === null ? null : at, updatedAt: at });
    },
    async clearClaim(id, at) {
      const user = users.get(id);
      if (user === undefined) return;
      users.replace({ ...user, profile: null, phone: null, phoneVerifiedAt: null, updatedAt: at });
    },
    async setTwoFactor(id, enabledAt) {
      const user = users.get(id);
      if (user === undefined || (user.twoFactorEnabledAt === null) === (enabledAt === null)) return false;
      users.replace({ ...user, twoFactorEnabledAt: enabledAt });
      return true;
    },
    async remove(id, keepLastOf) {
      const user = users.get(id);
      if (user === undefined) return 'missing';
      if (isLastActiveOf(user, keepLastOf)) return 'last-of-role';
      // Events and their anonymization requests outlive the user. Counters and limits do not belong to a user.
      const { users: _, events: __, anonymizations: ___, counters: ____, rateLimits: _____, ...owned } = tables;
      for (const rows of Object.values(owned)) rows.deleteBy('userId', id);
      users.delete(id);
      return 'removed';
    },
  };
}

function matches(user: UserRecord, { role, status, emailVerified, hasLoggedIn, search }: UserFilter): boolean {
  return (
    (role === undefined || user.role === role) &&
    (status === undefined || statusOf(user) === status) &&
    (emailVerified === undefined || (user.emailVerifiedAt !== null) === emailVerified) &&
    (hasLoggedIn === undefined || (user.lastLoginAt !== null) === hasLoggedIn) &&
    (search === undefined || [user.email, user.username, user.searchName].some((text) => text?.includes(search)))
  );
}

function changed(user: UserRecord, { email, disabled, ...changes }: UserChanges, at: number): UserRecord {
  const { name = user.name, searchName = user.searchName, username = user.username, role = user.role, profile = user.profile } = changes;
  const isMoved = email !== undefined && email !== user.email;
  const isSwitched = disabled !== undefined && disabled !== (user.disabledAt !== null);
  const after: UserRecord = {
    ...user,
    name,
    searchName,
    username,
    role,
    profile,
    ...(isMoved && { email, emailVerifiedAt: null }),
    ...(isSwitched && { disabledAt: disabled ? at : null }),
    updatedAt: at,
  };
  return isMoved || isSwitched || role !== user.role ? raised(after) : after;
}

const raised = (user: UserRecord): UserRecord => ({ ...user, securityVersion: user.securityVersion + 1 });
