import type { StoreMethods, UserFilter } from '@sallyport/core';
import {
  aBackupCode,
  aDevice,
  aFactor,
  aMessage,
  anEvent,
  anIdentity,
  aOneTimeToken,
  aPasskey,
  aSession,
  aUser,
} from '@sallyport/core/testing';

const ROTATION = { now: 1, idleExpiresAt: 2 };
const CODE = { hash: 'a', method: 'sms', sentAt: 1, expiresAt: 2 } as const;
const LEASE = { id: '1', leasedUntil: 1 };
const SUBJECT = { userId: '1', purpose: 'challenge', subjectId: '1' } as const;

/** Every combination of filter conditions. */
export const FILTERS: readonly UserFilter[] = [undefined, 'admin'].flatMap((role) =>
  ([undefined, 'active'] as const).flatMap((status) =>
    [undefined, 'ada'].map((search) => ({ role, status, search })),
  ),
);

type Call = (methods: StoreMethods) => unknown;
type Aggregates = Required<Omit<StoreMethods, 'purge'>>;
const CALLS: { [Aggregate in keyof Aggregates]: Record<keyof NonNullable<Aggregates[Aggregate]>, Call> } = {
  users: {
    insert: ({ users }) => users.insert(aUser()),
    find: ({ users }) => users.find('1'),
    findByUsername: ({ users }) => users.findByUsername('a'),
    findByEmail: ({ users }) => users.findByEmail('a'),
    list: async ({ users }) => Promise.all(FILTERS.map(async (filter) => users.list({ filter, limit: 1 }))),
    count: async ({ users }) => Promise.all(FILTERS.map(async (filter) => users.count(filter))),
    update: ({ users }) => users.update('x', { email: 'a', username: 'a' }, { at: 1, keepLastOf: 'admin' }),
    replacePasswordHash: ({ users }) => users.replacePasswordHash('1', 'a', 'b'),
    recordLogin: ({ users }) => users.recordLogin('1', { securityVersion: 1, twoFactorEnabledAt: null }, 1),
    setPassword: ({ users }) => users.setPassword('1', { hash: 'a', at: 1 }),
    verifyEmail: ({ users }) => users.verifyEmail('1', 'a', 1),
    changeEmail: ({ users }) => users.changeEmail('x', { email: 'a', at: 1, securityVersion: 1 }),
    setPhone: ({ users }) => users.setPhone('1', 'a', 1),
    clearClaim: ({ users }) => users.clearClaim('1', 1),
    setTwoFactor: ({ users }) => users.setTwoFactor('1', 1),
    remove: ({ users }) => users.remove('1', 'admin'),
  },
  sessions: {
    insert: ({ sessions }) => sessions.insert(aSession({ userId: '1' })),
    find: ({ sessions }) => sessions.find('1'),
    findWithUser: ({ sessions }) => sessions.findWithUser('1'),
    list: async ({ sessions }) => Promise.all([sessions.list('1'), sessions.list('1', { liveAt: 1 })]),
    rotate: async ({ sessions }) =>
      Promise.all([sessions.rotate('1', 0, ROTATION), sessions.rotate('1', 0, { ...ROTATION, proof: { amr: [], aal: 2 } })]),
    markSeen: ({ sessions }) => sessions.markSeen('1', 0, 1),
    reauthenticate: ({ sessions }) => sessions.reauthenticate('1', { at: 1, amr: [], aal: 1 }),
    revoke: ({ sessions }) => sessions.revoke('1', 1, 'logout'),
    revokeAll: ({ sessions }) => sessions.revokeAll('1', 1, 'logout'),
    revokeOldest: ({ sessions }) => sessions.revokeOldest('1', 1, 1),
    forgetOver: ({ sessions }) => sessions.forgetOver('1', 1, 1),
  },
  devices: {
    insert: ({ devices }) => devices.insert(aDevice({ userId: '1' }), 1),
    find: ({ devices }) => devices.find('1'),
    list: ({ devices }) => devices.list('1'),
    touch: ({ devices }) => devices.touch('1', 1, null),
    trust: ({ devices }) => devices.trust('1', 1),
    distrustAll: ({ devices }) => devices.distrustAll('1'),
    remove: ({ devices }) => devices.remove('1', '1'),
  },
  factors: {
    begin: ({ factors }) => factors.begin(aFactor({ userId: '1' })),
    find: ({ factors }) => factors.find('1'),
    list: ({ factors }) => factors.list('1'),
    listConfirmed: ({ factors }) => factors.listConfirmed('1'),
    confirm: ({ factors }) => factors.confirm('1', 1, 1),
    advanceStep: ({ factors }) => factors.advanceStep('1', 1),
    removeAll: ({ factors }) => factors.removeAll('1'),
  },
  backupCodes: {
    replace: ({ backupCodes }) => backupCodes.replace('1', [aBackupCode({ userId: '1' })]),
    use: ({ backupCodes }) => backupCodes.use('1', ['a'], 1),
    countUnused: ({ backupCodes }) => backupCodes.countUnused('1'),
  },
  passkeys: {
    insert: ({ passkeys }) => passkeys.insert(aPasskey({ userId: '1' }), 1),
    list: ({ passkeys }) => passkeys.list('1'),
    findWithUser: ({ passkeys }) => passkeys.findWithUser('a'),
    use: ({ passkeys }) => passkeys.use('1', { counter: 1, backedUp: true, at: 1 }),
    rename: ({ passkeys }) => passkeys.rename('1', '1', 'a'),
    remove: ({ passkeys }) => passkeys.remove('1', '1'),
    removeAll: ({ passkeys }) => passkeys.removeAll('1'),
  },
  identities: {
    insert: ({ identities }) => identities.insert(anIdentity({ userId: '1' }), 1),
    find: ({ identities }) => identities.find('1'),
    findBySubject: ({ identities }) => identities.findBySubject('a', 'b'),
    list: ({ identities }) => identities.list('1'),
    recordUse: ({ identities }) => identities.recordUse('1', { at: 1, email: null, sealedTokens: null }),
    remove: ({ identities }) => identities.remove('1', '1'),
    removeAll: ({ identities }) => identities.removeAll('1'),
  },
  oneTimeTokens: {
    insert: ({ oneTimeTokens }) => oneTimeTokens.insert(aOneTimeToken({ userId: '1' })),
    find: ({ oneTimeTokens }) => oneTimeTokens.find('1'),
    list: ({ oneTimeTokens }) => oneTimeTokens.list('1'),
    findByHash: ({ oneTimeTokens }) => oneTimeTokens.findByHash('a', ['challenge']),
    findLiveOf: ({ oneTimeTokens }) => oneTimeTokens.findLiveOf(SUBJECT, 1),
    consume: ({ oneTimeTokens }) => oneTimeTokens.consume('1', 1),
    takeAttempt: ({ oneTimeTokens }) => oneTimeTokens.takeAttempt('1', 1, 1),
    replaceCode: ({ oneTimeTokens }) => oneTimeTokens.replaceCode('1', CODE, 1),
    voidAll: ({ oneTimeTokens }) => oneTimeTokens.voidAll('1', ['challenge'], 1),
  },
  counters: {
    take: ({ counters }) => counters.take({ hitId: '1', key: 'a', limits: [{ max: 1, windowMs: 1 }], now: 1 }),
    count: ({ counters }) => counters.count('a', 1),
    refund: ({ counters }) => counters.refund('1'),
    clear: ({ counters }) => counters.clear('a'),
  },
  attempts: {
    take: ({ attempts }) => attempts.take({ key: 'a', userId: '1', now: 1, waitsMs: [0], forgetAfterMs: 1 }),
    refund: ({ attempts }) => attempts.refund('a', 1),
    clear: ({ attempts }) => attempts.clear(['a'], '1'),
  },
  rateLimits: {
    take: ({ rateLimits }) => rateLimits?.take({ key: 'a', now: 1, intervalMs: 1, burstMs: 1 }),
  },
  outbox: {
    insert: ({ outbox }) => outbox.insert(aMessage()),
    list: ({ outbox }) => outbox.list('1'),
    lease: ({ outbox }) => outbox.lease({ now: 1, until: 2, limit: 1 }),
    release: async ({ outbox }) =>
      Promise.all((['sent', 'retry', 'dead'] as const).map(async (kind) => outbox.release(LEASE, { kind, at: 1 }))),
    nextDue: ({ outbox }) => outbox.nextDue(),
    backlog: ({ outbox }) => outbox.backlog?.(1),
    countDead: ({ outbox }) => outbox.countDead?.(1),
  },
  events: {
    append: ({ events }) => events.append(anEvent()),
    list: ({ events }) => events.list('1', { limit: 1 }),
    listByActor: ({ events }) => events.listByActor('1', { limit: 1 }),
    appendRefusal: ({ events }) => events.appendRefusal(anEvent({ outcome: 'failure' }), 'a'),
    requestAnonymization: ({ events }) => events.requestAnonymization({ userId: '1', requestedAt: 1 }),
    listAnonymizations: ({ events }) => events.listAnonymizations(1),
    anonymize: async ({ events }) =>
      Promise.all((['subject', 'actor'] as const).map(async (role) => events.anonymize({ userId: '1', role, afterId: '', limit: 1 }))),
    completeAnonymization: ({ events }) => events.completeAnonymization('1'),
  },
};

const PURGES: readonly Call[] = (
  ['sessions', 'devices', 'oneTimeTokens', 'factors', 'counters', 'attempts', 'rateLimits', 'outbox', 'events'] as const
).map((table) => async (methods) => methods.purge(table, 1, 1));

/** A call of every method, with sample arguments. */
export const METHOD_CALLS: readonly Call[] = [...Object.values(CALLS).flatMap((aggregate) => Object.values(aggregate)), ...PURGES];
