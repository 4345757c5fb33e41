import type { StoreVerbs } from '@sallyport/core';
import { attemptVerbs } from './attempts.js';
import { backupCodeVerbs } from './backup-codes.js';
import { counterVerbs } from './counters.js';
import { deviceVerbs } from './devices.js';
import type { Db } from './engine/query.js';
import { eventVerbs } from './events.js';
import { factorVerbs } from './factors.js';
import { oneTimeTokenVerbs } from './one-time-tokens.js';
import { outboxVerbs } from './outbox.js';
import { rateLimitVerbs } from './rate-limits.js';
import { sessionVerbs } from './sessions.js';
import { userVerbs } from './users.js';

export function createVerbs(db: Db): StoreVerbs {
  return {
    users: userVerbs(db),
    sessions: sessionVerbs(db),
    devices: deviceVerbs(db),
    factors: factorVerbs(db),
    backupCodes: backupCodeVerbs(db),
    oneTimeTokens: oneTimeTokenVerbs(db),
    counters: counterVerbs(db),
    attempts: attemptVerbs(db),
    rateLimits: rateLimitVerbs(db),
    outbox: outboxVerbs(db),
    events: eventVerbs(db),
  };
}

/** Where a call to a verb goes. */
export type Route = <T>(call: (verbs: StoreVerbs) => Promise<T>) => Promise<T>;

export interface Routes {
  readonly read: Route;
  readonly write: Route;
  readonly sweep: Route;
}

/** Every verb, sent the way of those that only read, of those that change something, or of those that purge. */
export function routeVerbs({ read, write, sweep }: Routes): StoreVerbs {
  return {
    users: {
      insert: (...args) => write(({ users }) => users.insert(...args)),
      find: (...args) => read(({ users }) => users.find(...args)),
      findByEmail: (...args) => read(({ users }) => users.findByEmail(...args)),
      findByUsername: (...args) => read(({ users }) => users.findByUsername(...args)),
      list: (...args) => read(({ users }) => users.list(...args)),
      count: (...args) => read(({ users }) => users.count(...args)),
      update: (...args) => write(({ users }) => users.update(...args)),
      replacePasswordHash: (...args) => write(({ users }) => users.replacePasswordHash(...args)),
      recordLogin: (...args) => write(({ users }) => users.recordLogin(...args)),
      setPassword: (...args) => write(({ users }) => users.setPassword(...args)),
      verifyEmail: (...args) => write(({ users }) => users.verifyEmail(...args)),
      changeEmail: (...args) => write(({ users }) => users.changeEmail(...args)),
      setPhone: (...args) => write(({ users }) => users.setPhone(...args)),
      setTwoFactor: (...args) => write(({ users }) => users.setTwoFactor(...args)),
      remove: (...args) => write(({ users }) => users.remove(...args)),
    },
    sessions: {
      insert: (...args) => write(({ sessions }) => sessions.insert(...args)),
      find: (...args) => read(({ sessions }) => sessions.find(...args)),
      findWithUser: (...args) => read(({ sessions }) => sessions.findWithUser(...args)),
      listLive: (...args) => read(({ sessions }) => sessions.listLive(...args)),
      listAll: (...args) => read(({ sessions }) => sessions.listAll(...args)),
      rotate: (...args) => write(({ sessions }) => sessions.rotate(...args)),
      reauthenticate: (...args) => write(({ sessions }) => sessions.reauthenticate(...args)),
      stepUp: (...args) => write(({ sessions }) => sessions.stepUp(...args)),
      revoke: (...args) => write(({ sessions }) => sessions.revoke(...args)),
      revokeAll: (...args) => write(({ sessions }) => sessions.revokeAll(...args)),
      revokeOldest: (...args) => write(({ sessions }) => sessions.revokeOldest(...args)),
      purge: (...args) => sweep(({ sessions }) => sessions.purge(...args)),
    },
    devices: {
      insert: (...args) => write(({ devices }) => devices.insert(...args)),
      find: (...args) => read(({ devices }) => devices.find(...args)),
      list: (...args) => read(({ devices }) => devices.list(...args)),
      touch: (...args) => write(({ devices }) => devices.touch(...args)),
      trust: (...args) => write(({ devices }) => devices.trust(...args)),
      distrustAll: (...args) => write(({ devices }) => devices.distrustAll(...args)),
      remove: (...args) => write(({ devices }) => devices.remove(...args)),
      purge: (...args) => sweep(({ devices }) => devices.purge(...args)),
    },
    factors: {
      begin: (...args) => write(({ factors }) => factors.begin(...args)),
      find: (...args) => read(({ factors }) => factors.find(...args)),
      list: (...args) => read(({ factors }) => factors.list(...args)),
      listConfirmed: (...args) => read(({ factors }) => factors.listConfirmed(...args)),
      listPending: (...args) => read(({ factors }) => factors.listPending(...args)),
      confirm: (...args) => write(({ factors }) => factors.confirm(...args)),
      advanceStep: (...args) => write(({ factors }) => factors.advanceStep(...args)),
      removeAll: (...args) => write(({ factors }) => factors.removeAll(...args)),
      purge: (...args) => sweep(({ factors }) => factors.purge(...args)),
    },
    backupCodes: {
      replace: (...args) => write(({ backupCodes }) => backupCodes.replace(...args)),
      use: (...args) => write(({ backupCodes }) => backupCodes.use(...args)),
      countUnused: (...args) => read(({ backupCodes }) => backupCodes.countUnused(...args)),
      removeAll: (...args) => write(({ backupCodes }) => backupCodes.removeAll(...args)),
    },
    oneTimeTokens: {
      insert: (...args) => write(({ oneTimeTokens }) => oneTimeTokens.insert(...args)),
      find: (...args) => read(({ oneTimeTokens }) => oneTimeTokens.find(...args)),
      list: (...args) => read(({ oneTimeTokens }) => oneTimeTokens.list(...args)),
      findLive: (...args) => read(({ oneTimeTokens }) => oneTimeTokens.findLive(...args)),
      findLiveOf: (...args) => read(({ oneTimeTokens }) => oneTimeTokens.findLiveOf(...args)),
      consume: (...args) => write(({ oneTimeTokens }) => oneTimeTokens.consume(...args)),
      takeAttempt: (...args) => write(({ oneTimeTokens }) => oneTimeTokens.takeAttempt(...args)),
      replaceCode: (...args) => write(({ oneTimeTokens }) => oneTimeTokens.replaceCode(...args)),
      voidAll: (...args) => write(({ oneTimeTokens }) => oneTimeTokens.voidAll(...args)),
      purge: (...args) => sweep(({ oneTimeTokens }) => oneTimeTokens.purge(...args)),
    },
    counters: {
      take: (...args) => write(({ counters }) => counters.take(...args)),
      count: (...args) => read(({ counters }) => counters.count(...args)),
      refund: (...args) => write(({ counters }) => counters.refund(...args)),
      clear: (...args) => write(({ counters }) => counters.clear(...args)),
      purge: (...args) => sweep(({ counters }) => counters.purge(...args)),
    },
    attempts: {
      take: (...args) => write(({ attempts }) => attempts.take(...args)),
      refund: (...args) => write(({ attempts }) => attempts.refund(...args)),
      clear: (...args) => write(({ attempts }) => attempts.clear(...args)),
      clearAll: (...args) => write(({ attempts }) => attempts.clearAll(...args)),
      purge: (...args) => sweep(({ attempts }) => attempts.purge(...args)),
    },
    rateLimits: {
      take: (...args) => write(({ rateLimits }) => rateLimits.take(...args)),
      purge: (...args) => sweep(({ rateLimits }) => rateLimits.purge(...args)),
    },
    outbox: {
      insert: (...args) => write(({ outbox }) => outbox.insert(...args)),
      list: (...args) => read(({ outbox }) => outbox.list(...args)),
      lease: (...args) => write(({ outbox }) => outbox.lease(...args)),
      markSent: (...args) => write(({ outbox }) => outbox.markSent(...args)),
      retryAt: (...args) => write(({ outbox }) => outbox.retryAt(...args)),
      bury: (...args) => write(({ outbox }) => outbox.bury(...args)),
      nextDue: (...args) => read(({ outbox }) => outbox.nextDue(...args)),
      backlog: (...args) => read(({ outbox }) => outbox.backlog(...args)),
      countDead: (...args) => read(({ outbox }) => outbox.countDead(...args)),
      purge: (...args) => sweep(({ outbox }) => outbox.purge(...args)),
    },
    events: {
      append: (...args) => write(({ events }) => events.append(...args)),
      list: (...args) => read(({ events }) => events.list(...args)),
      listDone: (...args) => read(({ events }) => events.listDone(...args)),
      anonymize: (...args) => write(({ events }) => events.anonymize(...args)),
      purge: (...args) => sweep(({ events }) => events.purge(...args)),
    },
  };
}
