import type { AuthConfig } from '../config.js';
import type { NotificationKind } from '../ports/notifier.js';
import type { FakeClock } from '../testing/fake-clock.js';
import { inbox } from '../testing/inbox.js';
import { loginAs } from '../testing/login-as.js';
import type { LoggedIn } from '../testing/login-as.js';
import type { MemoryStore } from '../testing/memory/memory-store.js';
import { createWorld } from './world.js';
import type { World } from './world.js';

/** A world that can read its users' mail. */
export interface MailWorld extends World {
  readonly mail: ReturnType<typeof inbox>;
  /** The token in the next mail of this kind. */
  readonly tokenOf: (kind: NotificationKind) => Promise<string>;
}

/** A mail world with one user, logged in. */
export interface AdaWorld extends MailWorld {
  readonly ada: LoggedIn;
}

export const ADA = 'ada@example.com';
export const NEW_PASSWORD = 'a battery of correct horses';

export type MailWorldOptions = Partial<AuthConfig> & { readonly store?: MemoryStore; readonly clock?: FakeClock };

export function createMailWorld(options: MailWorldOptions = {}): MailWorld {
  const mail = inbox();
  return {
    ...createWorld({ notifier: mail, ...options }),
    mail,
    async tokenOf(kind) {
      const { token } = (await mail.next(kind)).data;
      if (token === undefined) throw new Error(`a mail of kind ${kind} without a token`);
      return token;
    },
  };
}

export async function createAdaWorld(options: MailWorldOptions = {}): Promise<AdaWorld> {
  const world = createMailWorld(options);
  return { ...world, ada: await loginAs(world.auth, { email: ADA }) };
}
