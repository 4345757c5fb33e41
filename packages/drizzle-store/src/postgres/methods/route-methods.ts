import type { StoreMethods } from '@sallyport/core';

/** All methods of the store, including the optional ones. */
export type AllMethods = { readonly [Name in keyof StoreMethods]-?: NonNullable<StoreMethods[Name]> };

/** Calls a function with the methods of a connection. */
export type Route = <T>(call: (methods: AllMethods) => Promise<T>) => Promise<T>;

/** The methods of `example`, each called through `route`. */
export function routeMethods(example: AllMethods, route: Route): AllMethods {
  const each = <Name extends keyof StoreMethods>(name: Name): AllMethods[Name] => routeEach(example, name, route);
  return {
    users: each('users'),
    sessions: each('sessions'),
    devices: each('devices'),
    factors: each('factors'),
    backupCodes: each('backupCodes'),
    passkeys: each('passkeys'),
    identities: each('identities'),
    oneTimeTokens: each('oneTimeTokens'),
    counters: each('counters'),
    attempts: each('attempts'),
    rateLimits: each('rateLimits'),
    outbox: each('outbox'),
    events: each('events'),
    purge: async (...args) => route(async ({ purge }) => purge(...args)),
  };
}

function routeEach<Name extends keyof StoreMethods>(example: AllMethods, name: Name, route: Route): AllMethods[Name];
function routeEach(example: AllMethods, name: keyof StoreMethods, route: Route): object {
  const methodNames = Object.keys(example[name]);
  return Object.fromEntries(
    methodNames.map((methodName) => [
      methodName,
      async (...args: readonly unknown[]) =>
        route(async (methods) => {
          const method: unknown = Reflect.get(methods[name], methodName);
          if (typeof method !== 'function') throw new TypeError(`No method ${methodName}`);
          return Reflect.apply(method, undefined, args);
        }),
    ]),
  );
}
