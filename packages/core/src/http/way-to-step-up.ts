import type { Context } from '../context.js';
import type { Requirement } from '../errors.js';
import type { UserRecord } from '../ports/store/users.js';
import { hasPasskey } from './has-passkey.js';

/** How this user can make a session recent: by what the account has, since not every account has a password. */
export async function wayToStepUp({ store, settings }: Pick<Context, 'store' | 'settings'>, user: UserRecord): Promise<Requirement> {
  if (user.passwordHash !== null) return 'PASSWORD';
  if (await hasPasskey({ settings, store }, user.id)) return 'PASSKEY';
  return (await store.identities.list(user.id)).length > 0 ? 'PROVIDER' : 'EMAIL';
}
