import type { AuthConfig } from '../auth-config.js';
import { resolveConfig } from '../config.js';
import type { Context } from '../context.js';
import { createContext } from '../create-context.js';
import { fakeClock } from '../testing/fake-clock.js';
import { inbox } from '../testing/inbox.js';
import { createMemoryStore } from '../testing/memory/memory-store.js';

/** A context on a memory store, for tests of one use-case. `replaced` overrides parts of it. */
export function testContext(config: Partial<AuthConfig> = {}, replaced: Partial<Context> = {}): Context {
  const complete: AuthConfig = {
    secret: 'x'.repeat(32),
    store: createMemoryStore(),
    clock: fakeClock(),
    notifier: inbox(),
    logger: false,
    ...config,
  };
  return { ...createContext(complete, resolveConfig(complete)).context, ...replaced };
}
