import type { StoreMethods } from './store.js';

/** One call of a method. */
export interface MethodCall<T> {
  /** Such as `users.findByEmail`, or `purge`. */
  readonly name: string;
  readonly args: readonly unknown[];
  /** Calls the wrapped method. */
  readonly run: () => Promise<T>;
}

/** Runs in place of the method. */
export type MethodWrapper = <T>(call: MethodCall<T>) => Promise<T>;

/** The same methods, each called through `wrapper`. */
export function wrapMethods(methods: StoreMethods, wrapper: MethodWrapper): StoreMethods {
  const each = <Name extends keyof StoreMethods>(name: Name): StoreMethods[Name] => wrapEach(methods[name], name, wrapper);
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
    purge: async (...args) => wrapper({ name: 'purge', args, run: async () => methods.purge(...args) }),
  };
}

/** Wraps each method once, when it is first asked for: a store is called at every request. */
function wrapEach<T>(aggregate: T, name: string, wrapper: MethodWrapper): T {
  if (typeof aggregate !== 'object' || aggregate === null) return aggregate;
  const wrapped = new Map<string | symbol, unknown>();
  return new Proxy(aggregate, {
    get(target, methodName) {
      const known = wrapped.get(methodName);
      if (known !== undefined) return known;
      const method: unknown = Reflect.get(target, methodName);
      if (typeof method !== 'function') return method;
      const fullName = `${name}.${String(methodName)}`;
      const made = async (...args: unknown[]): Promise<unknown> =>
        wrapper({ name: fullName, args, run: async () => Reflect.apply(method, target, args) });
      wrapped.set(methodName, made);
      return made;
    },
  });
}
