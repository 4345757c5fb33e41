import type { StoreMethods } from '@sallyport/core';

/** Whether a method only reads, which its name says. A file's reading connection refuses to write, should one lie. */
function isRead(name: string | symbol): boolean {
  return typeof name === 'string' && /^(find|list|count|next|backlog)/.test(name);
}

/** Each method as `read` or as `write` has it. */
export function routeMethods({ read, write }: { readonly read: StoreMethods; readonly write: StoreMethods }): StoreMethods {
  return {
    users: either(read.users, write.users),
    sessions: either(read.sessions, write.sessions),
    devices: either(read.devices, write.devices),
    factors: either(read.factors, write.factors),
    backupCodes: either(read.backupCodes, write.backupCodes),
    oneTimeTokens: either(read.oneTimeTokens, write.oneTimeTokens),
    counters: either(read.counters, write.counters),
    attempts: either(read.attempts, write.attempts),
    rateLimits: write.rateLimits,
    outbox: either(read.outbox, write.outbox),
    events: either(read.events, write.events),
    purge: async (...args) => write.purge(...args),
  };
}

function either<T extends object>(read: T, write: T): T {
  return new Proxy(write, { get: (target, name): unknown => Reflect.get(isRead(name) ? read : target, name) });
}
