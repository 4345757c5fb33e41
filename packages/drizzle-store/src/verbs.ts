import type { StoreVerbs } from '@sallyport/core';
import { deviceVerbs } from './devices.js';
import type { Db } from './engine/query.js';
import { eventVerbs } from './events.js';
import { sessionVerbs } from './sessions.js';
import { userVerbs } from './users.js';

export function createVerbs(db: Db): StoreVerbs {
  return { users: userVerbs(db), sessions: sessionVerbs(db), devices: deviceVerbs(db), events: eventVerbs(db) };
}

/** Where a call to a verb goes. */
export type Route = <T>(call: (verbs: StoreVerbs) => Promise<T>) => Promise<T>;

/** Every verb, sent the way of those that only read or of those that change something. */
export function routeVerbs(read: Route, write: Route): StoreVerbs {
  return {
    users: {
      insert: (...args) => write(({ users }) => users.insert(...args)),
      find: (...args) => read(({ users }) => users.find(...args)),
      findByEmail: (...args) => read(({ users }) => users.findByEmail(...args)),
      findByUsername: (...args) => read(({ users }) => users.findByUsername(...args)),
      updateProfile: (...args) => write(({ users }) => users.updateProfile(...args)),
      replacePasswordHash: (...args) => write(({ users }) => users.replacePasswordHash(...args)),
      recordLogin: (...args) => write(({ users }) => users.recordLogin(...args)),
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
      revoke: (...args) => write(({ sessions }) => sessions.revoke(...args)),
      revokeAll: (...args) => write(({ sessions }) => sessions.revokeAll(...args)),
      revokeOldest: (...args) => write(({ sessions }) => sessions.revokeOldest(...args)),
      purge: (...args) => write(({ sessions }) => sessions.purge(...args)),
    },
    devices: {
      insert: (...args) => write(({ devices }) => devices.insert(...args)),
      find: (...args) => read(({ devices }) => devices.find(...args)),
      list: (...args) => read(({ devices }) => devices.list(...args)),
      touch: (...args) => write(({ devices }) => devices.touch(...args)),
      remove: (...args) => write(({ devices }) => devices.remove(...args)),
    },
    events: {
      append: (...args) => write(({ events }) => events.append(...args)),
      list: (...args) => read(({ events }) => events.list(...args)),
      anonymize: (...args) => write(({ events }) => events.anonymize(...args)),
      purge: (...args) => write(({ events }) => events.purge(...args)),
    },
  };
}
