import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { firstIdAt } from '../../foundation/ids.js';
import { SYSTEM_CALLER } from '../../model/caller.js';
import { isLiveToken } from '../../model/one-time-token.js';
import { ADMIN_ROLE } from '../../model/roles.js';
import { toUser } from '../../model/user.js';
import type { UserRecord } from '../../ports/store/users.js';
import { withTransaction } from '../../unit-of-work.js';
import { runHook } from '../hooks/run-hook.js';
import { countersOf, isInUse } from './remove-account.js';

const AT_ONCE = 50;

/**
 * Removes accounts older than `registration.unverifiedTtl` that have never verified an address nor logged in, so that
 * their addresses and usernames are free again. Keeps accounts that have a valid link, that `hooks.beforeRemoval`
 * keeps, or that a table of the application refers to. Returns how many were removed.
 */
export async function removeUnused(context: Context, { isCancelled }: { readonly isCancelled: () => boolean }): Promise<number> {
  const { store, clock, settings } = context;
  const ttl = settings.registration.unverifiedTtl;
  if (ttl === undefined) return 0;
  const before = clock.now() - ttl;
  let removed = 0;
  for (let beforeId = firstIdAt(before); !isCancelled(); ) {
    const page = await store.users.list({ filter: { emailVerified: false, hasLoggedIn: false }, limit: AT_ONCE, beforeId });
    for (const user of page) if (await removeIfUnused(context, { user, before })) removed += 1;
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) break;
    beforeId = last.id;
    await yieldToEventLoop();
  }
  return removed;
}

async function removeIfUnused(
  context: Context,
  { user: { id }, before }: { readonly user: UserRecord; readonly before: number },
): Promise<boolean> {
  const { clock, store } = context;
  const isUnused = async ({ users, oneTimeTokens }: Context['store']): Promise<UserRecord | null> => {
    const user = await users.find(id);
    const isKept =
      user === null || user.emailVerifiedAt !== null || user.lastLoginAt !== null || user.disabledAt !== null || user.createdAt >= before;
    if (isKept) return null;
    return (await oneTimeTokens.list(id)).some((token) => isLiveToken(token, clock.now())) ? null : user;
  };
  const user = await isUnused(store);
  if (user === null || !(await mayRemove(context, user))) return false;
  const removal = withTransaction(context, {
    caller: SYSTEM_CALLER,
    async work({ unit }) {
      // Read again: the person may have logged in or verified the address in the meantime.
      if ((await isUnused(unit)) === null || (await unit.users.remove(id, ADMIN_ROLE)) !== 'removed') return false;
      for (const key of countersOf(id)) await unit.counters.clear(key);
      await unit.record({ type: 'account.removed', outcome: 'success', userId: id, actorId: null });
      await unit.events.requestAnonymization({ userId: id, requestedAt: clock.now() });
      return true;
    },
  });
  return removal.catch((error: unknown) => {
    if (isInUse(error)) return false;
    throw error;
  });
}

async function mayRemove(context: Context, user: UserRecord): Promise<boolean> {
  try {
    await runHook(context, {
      hook: context.settings.hooks.beforeRemoval,
      attempt: { user: toUser(context, user), caller: SYSTEM_CALLER },
      refusal: (detail) => ({ type: 'account.removal-refused', outcome: 'failure', userId: user.id, actorId: null, detail }),
    });
    return true;
  } catch (error) {
    if (error instanceof AuthError) return false;
    throw error;
  }
}
