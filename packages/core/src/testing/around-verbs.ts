import type { StoreVerbs } from '../ports/store/store.js';

/** Runs where a verb was called; `call` does what the verb does. */
export type Around = <T>(call: () => Promise<T>) => Promise<T>;

/** The same verbs, each with `around` about it. */
export function aroundVerbs(verbs: StoreVerbs, around: Around): StoreVerbs {
  return {
    users: aroundEach(verbs.users, around),
    sessions: aroundEach(verbs.sessions, around),
    devices: aroundEach(verbs.devices, around),
    factors: aroundEach(verbs.factors, around),
    backupCodes: aroundEach(verbs.backupCodes, around),
    oneTimeTokens: aroundEach(verbs.oneTimeTokens, around),
    counters: aroundEach(verbs.counters, around),
    attempts: aroundEach(verbs.attempts, around),
    rateLimits: aroundEach(verbs.rateLimits, around),
    outbox: aroundEach(verbs.outbox, around),
    events: aroundEach(verbs.events, around),
  };
}

function aroundEach<T extends object>(aggregate: T, around: Around): T {
  return new Proxy(aggregate, {
    get(target, name) {
      const verb: unknown = Reflect.get(target, name);
      if (typeof verb !== 'function') return verb;
      return async (...args: unknown[]) => around(async () => Reflect.apply(verb, target, args));
    },
  });
}
