import { ConfigError } from '@sallyport/core';

/** Throws at start-up if the value is not the result of `createAuth`. Otherwise every request would fail. */
export function requireMadeByCreateAuth(maker: string, auth: unknown, methods: readonly string[]): void {
  const isAuth = typeof auth === 'object' && auth !== null && methods.every((name) => typeof Reflect.get(auth, name) === 'function');
  if (isAuth) return;
  const isPromise = typeof auth === 'object' && auth !== null && typeof Reflect.get(auth, 'then') === 'function';
  const message = isPromise ? 'is a promise: write await before what makes it' : 'must be what createAuth returns';
  throw new ConfigError([{ path: 'auth', message }], `${maker} cannot start`);
}
