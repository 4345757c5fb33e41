import type { StoreMethods } from '@sallyport/core';

/** Whether a method only reads, by its name. A file's reading connection refuses to write if the name is wrong. */
function isRead(name: string | symbol): boolean {
  return typeof name === 'string' && /^(find|list|count|next|backlog)/.test(name);
}

interface Routed<Methods> {
  readonly read: Methods;
  readonly write: Methods;
}

/** Takes each method from `read` or from `write`. Methods that belong to no aggregate write. */
export function routeMethods(routed: Routed<StoreMethods>): StoreMethods;
export function routeMethods({ read, write }: Routed<object>): object {
  return Object.fromEntries(Object.entries(write).map(([name, member]) => [name, chooseRoute(Reflect.get(read, name), member)]));
}

function chooseRoute(read: unknown, write: unknown): unknown {
  if (typeof read !== 'object' || typeof write !== 'object' || write === null) return write;
  return new Proxy(write, { get: (target, name): unknown => Reflect.get(isRead(name) ? Object(read) : target, name) });
}
