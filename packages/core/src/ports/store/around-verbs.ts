import type { StoreVerbs } from './store.js';

/** One call of a verb. */
export interface VerbCall<T> {
  /** Such as `users.findByEmail`. */
  readonly name: string;
  readonly args: readonly unknown[];
  /** Does what the verb does. */
  readonly run: () => Promise<T>;
}

/** Runs where a verb was called. */
export type Around = <T>(call: VerbCall<T>) => Promise<T>;

/** The same verbs, each with `around` about it. */
export function aroundVerbs(verbs: StoreVerbs, around: Around): StoreVerbs {
  const each = <Name extends keyof StoreVerbs>(name: Name): StoreVerbs[Name] => aroundEach(verbs[name], { name, around });
  return {
    users: each('users'),
    sessions: each('sessions'),
    devices: each('devices'),
    factors: each('factors'),
    backupCodes: each('backupCodes'),
    oneTimeTokens: each('oneTimeTokens'),
    counters: each('counters'),
    attempts: each('attempts'),
    rateLimits: each('rateLimits'),
    outbox: each('outbox'),
    events: each('events'),
  };
}

/** Each verb is wrapped once, when it is first asked for: stores are called at every request. */
function aroundEach<T extends object>(aggregate: T, { name, around }: { readonly name: string; readonly around: Around }): T {
  const wrapped = new Map<string | symbol, unknown>();
  return new Proxy(aggregate, {
    get(target, verbName) {
      const known = wrapped.get(verbName);
      if (known !== undefined) return known;
      const verb: unknown = Reflect.get(target, verbName);
      if (typeof verb !== 'function') return verb;
      const fullName = `${name}.${String(verbName)}`;
      const made = async (...args: unknown[]): Promise<unknown> =>
        around({ name: fullName, args, run: async () => Reflect.apply(verb, target, args) });
      wrapped.set(verbName, made);
      return made;
    },
  });
}
