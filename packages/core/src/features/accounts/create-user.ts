import { SYSTEM_CALLER } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { withTransaction } from '../../unit-of-work.js';
import { mailVerification } from '../email/mail-verification.js';
import { checkPasswordPolicy } from '../passwords/check-password-policy.js';
import { requireRole } from './require-role.js';
import { newUser } from './new-user.js';
import type { CreateUserInput } from './schema.js';
import { taken } from './taken.js';
import { toUser, type User } from '../../model/user.js';

/**
 * Creates an account of any configured role for the operator: without the admin password and `hooks.beforeRegister`,
 * and also if registration is closed. Otherwise as `register`. Fails with `WEAK_PASSWORD`, `EMAIL_TAKEN`,
 * `USERNAME_TAKEN`, and with `VALIDATION_FAILED` for a role that is not configured.
 */
export async function createUser(
  context: Context,
  { emailVerified = false, role = context.settings.registration.defaultRole, password, ...input }: CreateUserInput,
): Promise<User> {
  const caller = SYSTEM_CALLER;
  requireRole(context, role);
  await checkPasswordPolicy(context, { path: 'password', password, owner: { ...input, id: null }, caller });
  const fresh = newUser(context, { ...input, role, passwordHash: await context.hasher.hash({ password, caller }) });
  const user = emailVerified ? { ...fresh, emailVerifiedAt: fresh.createdAt } : fresh;
  const outcome = await withTransaction(context, {
    caller,
    async work(tx) {
      const { unit } = tx;
      const outcome = await unit.users.insert(user);
      if (outcome.kind === 'taken') {
        const detail = { reason: `${outcome.field}-taken` as const, by: 'operator' } as const;
        await unit.record({ type: 'account.registration-refused', outcome: 'failure', detail });
        return outcome;
      }
      if (!emailVerified) await mailVerification(tx, user);
      const detail = { role, by: 'operator' } as const;
      await unit.record({ type: 'account.registered', outcome: 'success', userId: user.id, actorId: null, detail });
      return outcome;
    },
  });
  if (outcome.kind === 'taken') throw taken(outcome.field);
  return toUser(context, user);
}
