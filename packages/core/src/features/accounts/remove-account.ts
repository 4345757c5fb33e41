import { ADMIN_ROLE } from '../../model/roles.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { RemoveUserOutcome, UserRecord } from '../../ports/store/users.js';
import type { Actor } from '../../model/actor.js';
import { recordRefusal, withTransaction, type UnitOfWork } from '../../unit-of-work.js';
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
 * Removes an account with all data about the person, and tells them by mail. The audit trail keeps its events under an
 * id that no longer resolves, without addresses and user agents. Removing an account twice does nothing. Fails with
 * `LAST_ADMIN`, with `ACCOUNT_IN_USE` if a table of the application still refers to the user, and with what
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
    // The transaction was rolled back, with every event recorded in it.
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
  // L6: the message has no user, so that it outlives the account. It is emptied once it is sent.
  await unit.send({ userId: null, channel: 'email', to: email, content: { kind: 'security-notice', notice: 'account-removed', at: now, ip: null, userAgent: null } });
  await unit.record({ type: 'account.removed', outcome: 'success', ...about });
  // In the same transaction as the removal, so that it is not lost in a crash (F2). An administrator's events keep
  // their source: that is not the removed person's data.
  await unit.events.requestAnonymization({ userId: id, requestedAt: now });
  return outcome;
}

/** Whether the removal failed because a table of the application still refers to the account. */
export function isInUse(error: unknown): boolean {
  return error instanceof AuthError && error.code === 'ACCOUNT_IN_USE';
}

/**
 * The counters that are kept under the user's id. Other counters use a keyed hash of an address or number, and expire.
 */
export function countersOf(id: string): readonly string[] {
  return [...Object.values(guessCounters(id)), ...Object.values(codeCounters(id)), newDeviceCounter(id)];
}
