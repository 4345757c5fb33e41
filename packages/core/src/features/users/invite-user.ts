import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { actorOf } from '../../model/actor.js';
import { withTransaction } from '../../unit-of-work.js';
import { requireRole } from '../accounts/require-role.js';
import { newUser } from '../accounts/new-user.js';
import { taken } from '../accounts/taken.js';
import { toUser, type UserData } from '../../model/user.js';
import { runHook } from '../hooks/run-hook.js';
import { mailInvitation } from './mail-invitation.js';
import type { InviteUserInput } from './schema.js';

export type InviteUserRequest = InviteUserInput & AuthenticatedRequest;

/**
 * Creates an account without a password and mails its owner a link to choose one, which also verifies the address.
 * Fails with `EMAIL_TAKEN` and `USERNAME_TAKEN`, and with `VALIDATION_FAILED` for a role that is not configured.
 */
export async function inviteUser(
  context: Context,
  { current, caller, role = context.settings.registration.defaultRole, ...input }: InviteUserRequest,
): Promise<UserData> {
  requireRole(context, role);
  const by = actorOf(current);
  const { email, name, username = null, profile } = input;
  await runHook(context, {
    hook: context.settings.hooks.beforeInvite,
    attempt: { email, name, username, role, profile, inviter: toUser(context, current.user), caller },
    refusal: (detail) => ({ type: 'account.invitation-refused', outcome: 'failure', ...by, detail }),
  });
  const user = newUser(context, { ...input, role, passwordHash: null });
  const outcome = await withTransaction(context, {
    caller,
    async work(tx) {
      const { unit } = tx;
      const outcome = await unit.users.insert(user);
      if (outcome.kind === 'taken') {
        const detail = { reason: `${outcome.field}-taken` as const };
        await unit.record({ type: 'account.invitation-refused', outcome: 'failure', ...by, detail });
        return outcome;
      }
      await mailInvitation(tx, user);
      await unit.record({ type: 'account.invited', outcome: 'success', userId: user.id, ...by, detail: { role } });
      return outcome;
    },
  });
  if (outcome.kind === 'taken') throw taken(outcome.field);
  return { user: toUser(context, user) };
}
