import type { InsertUserOutcome, UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { mailRegistrationAttempt } from '../email/mail-registration-attempt.js';
import { mailVerification } from '../email/mail-verification.js';
import { sealRegistration } from './pending-registration.js';

/** Stores a registration and its mail. With `concealExisting`, the client does not learn whether the address was taken. */
export async function insertRegistration(context: TransactionContext, user: UserRecord): Promise<InsertUserOutcome> {
  const { unit, settings } = context;
  const outcome = await (settings.registration.concealExisting ? insertConcealed(context, user) : insertOpenly(context, user));
  await unit.record(
    outcome.kind === 'inserted'
      ? { type: 'account.registered', outcome: 'success', userId: user.id, detail: { role: user.role } }
      : { type: 'account.registration-refused', outcome: 'failure', detail: { reason: `${outcome.field}-taken` as const } },
  );
  return outcome;
}

async function insertOpenly(context: TransactionContext, user: UserRecord): Promise<InsertUserOutcome> {
  const outcome = await context.unit.users.insert(user);
  if (outcome.kind === 'inserted') await mailVerification(context, user);
  return outcome;
}

/**
 * R2: the client is told nothing about the address; its owner gets a mail instead. Password and username wait in the
 * token that verifies the address. A taken username is refused first, whether or not the address is taken.
 */
async function insertConcealed(context: TransactionContext, user: UserRecord): Promise<InsertUserOutcome> {
  const { users } = context.unit;
  const { id: userId, username, passwordHash } = user;
  if (username !== null && (await users.findByUsername(username)) !== null) return { kind: 'taken', field: 'username' };
  const outcome = await users.insert({ ...user, username: null, passwordHash: null, passwordChangedAt: null });
  if (outcome.kind === 'inserted') {
    const registration = passwordHash === null ? undefined : sealRegistration(context, { userId, passwordHash, username });
    await mailVerification(context, { ...user, registration });
    return outcome;
  }
  const owner = await users.findByEmail(user.email);
  if (owner !== null) await mailRegistrationAttempt(context, owner);
  return outcome;
}
