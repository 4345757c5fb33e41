import type { Caller } from '../../context.js';
import { doerOf } from '../../model/actor.js';
import { transact } from '../../unit-of-work.js';
import type { TransactDeps } from '../../unit-of-work.js';
import { demandRole } from '../accounts/demand-role.js';
import { newUser } from '../accounts/new-user.js';
import { taken } from '../accounts/taken.js';
import { toUser } from '../../model/user.js';
import type { UserData } from '../../model/user.js';
import type { SessionState } from '../../services/session-cache.js';
import { askHook } from '../hooks/ask-hook.js';
import { mailInvitation } from './mail-invitation.js';
import type { MailInvitationDeps } from './mail-invitation.js';
import type { InviteUserInput } from './schema.js';

export type InviteUserDeps = TransactDeps & Omit<MailInvitationDeps, 'unit'>;

export interface InviteUserRequest extends InviteUserInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Makes an account without a password and mails its owner the link to choose one, which proves the address too. Fails with
 * `EMAIL_TAKEN` and `USERNAME_TAKEN`; a role that is not configured is `VALIDATION_FAILED`.
 */
export async function inviteUser(
  deps: InviteUserDeps,
  { current, caller, role = deps.settings.registration.defaultRole, ...input }: InviteUserRequest,
): Promise<UserData> {
  demandRole(deps, role);
  const by = doerOf(current);
  await askHook(deps, {
    hook: deps.settings.hooks.beforeInvite,
    attempt: {
      email: input.email,
      name: input.name,
      username: input.username ?? null,
      role,
      profile: input.profile,
      inviter: toUser(deps, current.user),
      caller,
    },
    refusal: (detail) => ({ type: 'account.invitation-refused', outcome: 'failure', ...by, detail }),
  });
  const user = newUser(deps, { ...input, role, passwordHash: null });
  const outcome = await transact(deps, {
    caller,
    async work(unit) {
      const outcome = await unit.users.insert(user);
      if (outcome.kind === 'taken') {
        const detail = { reason: `${outcome.field}-taken` as const };
        await unit.record({ type: 'account.invitation-refused', outcome: 'failure', ...by, detail });
        return outcome;
      }
      await mailInvitation({ ...deps, unit }, user);
      await unit.record({ type: 'account.invited', outcome: 'success', userId: user.id, ...by, detail: { role } });
      return outcome;
    },
  });
  if (outcome.kind === 'taken') throw taken(outcome.field);
  return { user: toUser(deps, user) };
}
