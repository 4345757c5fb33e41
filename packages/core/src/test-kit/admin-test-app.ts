import type { UserData } from '../model/user.js';
import type { UpdateUserInput } from '../features/users/schema.js';
import { loginAs } from '../testing/login-as.js';
import type { LoggedIn, LoginAsOptions } from '../testing/login-as.js';
import { totp } from '../testing/totp.js';
import { createAdaWorld } from './mail-test-app.js';
import type { AdaWorld, MailTestAppOptions } from './mail-test-app.js';
import type { Reply } from './test-app.js';

/** A test app with mail, with Ada and an administrator logged in. */
export interface AdminTestApp extends AdaWorld {
  readonly admin: LoggedIn;
  /** Changes Ada's account as the administrator. */
  readonly patch: (body: Omit<UpdateUserInput, 'id'>, token?: string) => Promise<Reply>;
  /** Ada's account in the library's representation. */
  readonly show: () => Promise<UserData['user']>;
  /** Turns Ada's second factor on; returns the secret of her authenticator app. */
  readonly enableFactor: () => Promise<string>;
}

export const ADMIN: Required<Pick<LoginAsOptions, 'email' | 'role'>> = { email: 'admin@example.com', role: 'admin' };

export async function createAdminTestApp(options: MailTestAppOptions = {}): Promise<AdminTestApp> {
  const world = await createAdaWorld(options);
  const { auth, send, ada, clock } = world;
  const admin = await loginAs(auth, ADMIN);
  return {
    ...world,
    admin,
    patch: (body, token = admin.accessToken) => send({ method: 'PATCH', path: `/users/${ada.userId}`, body, token }),
    show: async () => (await auth.api.user({ id: ada.userId }, { accessToken: admin.accessToken })).user,
    async enableFactor() {
      const setUp = await auth.api.setUpTwoFactor({}, { accessToken: ada.accessToken });
      const secret = 'secret' in setUp ? setUp.secret : '';
      await auth.api.enableTwoFactor({ token: totp(secret, clock) }, { accessToken: ada.accessToken });
      return secret;
    },
  };
}
