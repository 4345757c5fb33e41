import { ADMIN_ROLE } from '../../model/roles.js';
import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { LastOfRole, UpdateUserOutcome, UserChanges } from '../../ports/store/users.js';
import { actorOf } from '../../model/actor.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import type { NewEvent } from '../../model/events.js';
import { requireRole } from '../accounts/require-role.js';
import { unwrapUpdate } from '../accounts/unwrap-update.js';
import { nameFields } from '../accounts/search-text.js';
import { toUser, type UserData } from '../../model/user.js';
import { runHook } from '../hooks/run-hook.js';
import { findUser } from './find-user.js';
import { afterAdminUpdate } from './after-admin-update.js';
import type { UpdateUserInput } from './schema.js';

export interface UpdateUserRequest extends UpdateUserInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

interface Update {
  readonly id: string;
  readonly changes: UserChanges;
  readonly current: SessionState;
}

/**
 * Makes all of an administrator's changes to a user, or none of them. If address, role or `disabled` change, the user's
 * access tokens stop working at once (security.md S6). Fails with `NOT_FOUND`, `EMAIL_TAKEN`, `USERNAME_TAKEN` and
 * `LAST_ADMIN`, and with `VALIDATION_FAILED` for a role that is not configured.
 */
export async function updateUser(
  context: Context,
  { id, current, caller, ...changes }: UpdateUserRequest,
): Promise<UserData> {
  if (changes.role !== undefined) requireRole(context, changes.role);
  const user = await findUser(context, id);
  if (Object.values(changes).every((value) => value === undefined)) return { user: toUser(context, user) };
  const { email: newEmail = user.email } = changes;
  if (newEmail !== user.email) {
    await runHook(context, {
      hook: context.settings.hooks.beforeEmailChange,
      attempt: { user: toUser(context, user), newEmail, caller },
      refusal: (detail) => ({ type: 'email.change-refused', outcome: 'failure', userId: id, ...actorOf(current), detail }),
    });
  }
  const outcome = await withTransaction(context, { caller, work: (tx) => update(tx, { id, changes, current }) });
  return { user: toUser(context, unwrapUpdate(outcome, 'NOT_FOUND')) };
}

async function update(
  context: TransactionContext,
  { id, changes, current }: Update,
): Promise<UpdateUserOutcome | LastOfRole> {
  const { unit, clock } = context;
  const before = await unit.users.find(id);
  if (before === null) return { kind: 'missing' };
  const about = { userId: id, ...actorOf(current) };
  const { name } = changes;
  const stored = { ...changes, ...(name !== undefined && nameFields(name)) };
  const outcome = await unit.users.update(id, stored, { at: clock.now(), keepLastOf: ADMIN_ROLE });
  unit.invalidateSessionCache(id);
  if (outcome.kind === 'updated') await afterAdminUpdate(context, { before, after: outcome.user, about });
  else await unit.record({ ...refusalOf(outcome), ...about });
  return outcome;
}

function refusalOf(outcome: Exclude<UpdateUserOutcome | LastOfRole, { readonly kind: 'updated' }>): NewEvent {
  const reason = outcome.kind === 'taken' ? (`${outcome.field}-taken` as const) : outcome.kind;
  return { type: 'account.update-refused', outcome: 'failure', detail: { reason } };
}
