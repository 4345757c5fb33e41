import type { Caller } from '../../context.js';
import type { LastOfRole, UpdateUserOutcome, UserChanges } from '../../ports/store/users.js';
import { doerOf } from '../../model/actor.js';
import { transact } from '../../unit-of-work.js';
import type { NewEvent } from '../../model/events.js';
import type { TransactDeps, UnitOfWork } from '../../unit-of-work.js';
import { demandRole } from '../accounts/demand-role.js';
import { ADMIN_ROLE } from '../accounts/options.js';
import { updatedUser } from '../accounts/updated-user.js';
import { toUser } from '../../model/user.js';
import type { UserData } from '../../model/user.js';
import type { MailVerificationDeps } from '../email/mail-verification.js';
import { askHook } from '../hooks/ask-hook.js';
import type { SessionState } from '../../services/session-cache.js';
import { findUser } from './find-user.js';
import { followUpdate } from './follow-update.js';
import type { UpdateUserInput } from './schema.js';

export type UpdateUserDeps = TransactDeps & Omit<MailVerificationDeps, 'unit'>;

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
 * Changes a user as administrators may, all of it or nothing. Tokens that say what the user was stop working at once
 * (security.md S6). Fails with `NOT_FOUND`, `EMAIL_TAKEN`, `USERNAME_TAKEN` and `LAST_ADMIN`; a role that is not configured
 * is `VALIDATION_FAILED`.
 */
export async function updateUser(
  deps: UpdateUserDeps,
  { id, current, caller, ...changes }: UpdateUserRequest,
): Promise<UserData> {
  if (changes.role !== undefined) demandRole(deps, changes.role);
  const user = await findUser(deps, id);
  if (Object.values(changes).every((value) => value === undefined)) return { user: toUser(deps, user) };
  const { email: newEmail = user.email } = changes;
  if (newEmail !== user.email) {
    await askHook(deps, {
      hook: deps.settings.hooks.beforeEmailChange,
      attempt: { user: toUser(deps, user), newEmail, caller },
      refusal: (detail) => ({ type: 'email.change-refused', outcome: 'failure', userId: id, ...doerOf(current), detail }),
    });
  }
  const outcome = await transact(deps, { caller, work: (unit) => update({ ...deps, unit }, { id, changes, current }) });
  return { user: toUser(deps, updatedUser(outcome, 'NOT_FOUND')) };
}

async function update(
  deps: MailVerificationDeps & { readonly unit: UnitOfWork },
  { id, changes, current }: Update,
): Promise<UpdateUserOutcome | LastOfRole> {
  const { unit, clock } = deps;
  const before = await unit.users.find(id);
  if (before === null) return { kind: 'missing' };
  const about = { userId: id, ...doerOf(current) };
  const outcome = await unit.users.update(id, changes, { at: clock.now(), keepLastOf: ADMIN_ROLE });
  unit.forgetState(id);
  if (outcome.kind === 'updated') await followUpdate(deps, { before, after: outcome.user, about });
  else await unit.record({ ...refusalOf(outcome), ...about });
  return outcome;
}

function refusalOf(outcome: Exclude<UpdateUserOutcome | LastOfRole, { readonly kind: 'updated' }>): NewEvent {
  const reason = outcome.kind === 'taken' ? (`${outcome.field}-taken` as const) : outcome.kind;
  return { type: 'account.update-refused', outcome: 'failure', detail: { reason } };
}
