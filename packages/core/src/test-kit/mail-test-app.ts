import type { AuthConfig } from '../auth-config.js';
import type { NotificationKind } from '../ports/notifier.js';
import type { FakeClock } from '../testing/fake-clock.js';
import { inbox } from '../testing/inbox.js';
import { loginAs } from '../testing/login-as.js';
import type { LoggedIn } from '../testing/login-as.js';
import type { MemoryStore } from '../testing/memory/memory-store.js';
import { createTestApp } from './test-app.js';
import type { TestApp } from './test-app.js';

/** A test app that can read its users' mail. */
export interface MailTestApp extends TestApp {
  readonly mail: ReturnType<typeof inbox>;
  /** The token in the next mail of this kind. */
  readonly tokenOf: (kind: NotificationKind) => Promise<string>;
}

/** A test app with mail and one user, who is logged in. */
export interface AdaWorld extends MailTestApp {
  readonly ada: LoggedIn;
}

export const ADA = 'ada@example.com';
export const NEW_PASSWORD = 'a battery of correct horses';

export type MailTestAppOptions = Partial<AuthConfig> & { readonly store?: MemoryStore; readonly clock?: FakeClock };

export function createMailTestApp(options: MailTestAppOptions = {}): MailTestApp {
  const mail = inbox();
  return {
    ...createTestApp({ notifier: mail, ...options }),
    mail,
    async tokenOf(kind) {
      const { token } = (await mail.next(kind)).data;
      if (token === undefined) throw new Error(`a mail of kind ${kind} without a token`);
      return token;
    },
  };
}

export async function createAdaWorld(options: MailTestAppOptions = {}): Promise<AdaWorld> {
  const world = createMailTestApp(options);
  return { ...world, ada: await loginAs(world.auth, { email: ADA }) };
}
