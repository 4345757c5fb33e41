import { ADMIN_ROLE } from '../../model/roles.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { RemoveUserOutcome, UserRecord } from '../../ports/store/users.js';
import type { Actor } from '../../model/actor.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import { newDeviceCounter } from '../devices/notify-new-device.js';
import { runHook } from '../hooks/run-hook.js';
import { anonymizeEvents } from './anonymize-events.js';
import { guessCounters } from '../two-factor/begin-factor-attempt.js';
import { codeCounters } from '../two-factor/code-budget.js';
import { toUser } from '../../model/user.js';

export interface AccountRemoval {
  readonly user: UserRecord;
  readonly by: Actor;
  readonly caller: Caller;
}

/**
 * Removes an account with everything stored about the person, and tells them by mail. The audit trail keeps what happened,
 * under an id that leads nowhere, without where it came from. Removing an account twice does nothing. Fails with
 * `LAST_ADMIN`, with `ACCOUNT_IN_USE` where a table of the application still refers to the user, and with what
 * `hooks.beforeRemoval` throws.
 */
export async function removeAccount(context: Context, { user, by, caller }: AccountRemoval): Promise<void> {
  const about = { userId: user.id, ...by };
  await runHook(context, {
    hook: context.settings.hooks.beforeRemoval,
    attempt: { user: toUser(context, user), caller },
    refusal: (detail) => ({ type: 'account.removal-refused', outcome: 'failure', ...about, detail }),
  });
  const removal = withTransaction(context, { caller, work: ({ unit }) => remove(unit, { about, email: user.email, now: context.clock.now() }) });
  const outcome = await removal.catch(async (error: unknown) => {
    // The transaction is gone, and with it whatever was recorded in it.
    if (isInUse(error)) await recordRefusal(context, { caller, event: { type: 'account.removal-refused', outcome: 'failure', ...about, detail: { reason: 'in-use' } } });
    throw error;
  });
  if (outcome === 'last-of-role') throw new AuthError('LAST_ADMIN');
  if (outcome === 'removed') await anonymizeEvents(context, user.id);
}

interface Removal {
  readonly about: Actor & { readonly userId: string };
  readonly email: string;
  readonly now: number;
}

async function remove(unit: UnitOfWork, { about, email, now }: Removal): Promise<RemoveUserOutcome> {
  const { userId: id } = about;
  const outcome = await unit.users.remove(id, ADMIN_ROLE);
  unit.invalidateSessionCache(id);
  if (outcome === 'last-of-role') {
    await unit.record({ type: 'account.removal-refused', outcome: 'failure', ...about, detail: { reason: outcome } });
  }
  if (outcome !== 'removed') return outcome;
  for (const key of countersOf(id)) await unit.counters.clear(key);
  // L6: the message belongs to nobody, so that it outlives the account. It is emptied once it is sent.
  await unit.send({ userId: null, channel: 'email', to: email, content: { kind: 'security-notice', notice: 'account-removed', at: now, ip: null, userAgent: null } });
  await unit.record({ type: 'account.removed', outcome: 'success', ...about });
  // With the removal, so that it is known of after a crash (F2). What an administrator did keeps where it came from: that is
  // not the person's data.
  await unit.events.requestAnonymization({ userId: id, requestedAt: now });
  return outcome;
}

/** Whether a table of the application still refers to the account that was to be removed. */
export function isInUse(error: unknown): boolean {
  return error instanceof AuthError && error.code === 'ACCOUNT_IN_USE';
}

/** The counters that are kept under the user's id. Others go by a keyed hash of an address or number, and expire. */
export function countersOf(id: string): readonly string[] {
  return [...Object.values(guessCounters(id)), ...Object.values(codeCounters(id)), newDeviceCounter(id)];
}
