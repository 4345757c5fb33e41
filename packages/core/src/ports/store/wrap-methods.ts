import type { StoreMethods } from './store.js';

/** A call of one method. */
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
export function wrapMethods(methods: StoreMethods, wrapper: MethodWrapper): StoreMethods;
export function wrapMethods(methods: object, wrapper: MethodWrapper): object {
  return Object.fromEntries(Object.entries(methods).map(([name, member]) => [name, wrap(member, name, wrapper)]));
}

/** Wraps an aggregate, or a method outside of any. */
function wrap(member: unknown, name: string, wrapper: MethodWrapper): unknown {
  if (typeof member === 'object' && member !== null) return wrapEach(member, name, wrapper);
  if (typeof member !== 'function') return member;
  return async (...args: unknown[]): Promise<unknown> =>
    wrapper({ name, args, run: async () => Reflect.apply(member, undefined, args) });
}

/** Wraps each method once, on first access: a store is called at every request. */
function wrapEach<T extends object>(aggregate: T, name: string, wrapper: MethodWrapper): T {
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
