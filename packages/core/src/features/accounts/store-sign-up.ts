import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { mailVerification } from '../email/mail-verification.js';

/** Stores the account of a sign-up without a password, and mails the link to verify its address unless that is proven. Says whether it was free. */
export async function storeSignUp(tx: TransactionContext, user: UserRecord): Promise<boolean> {
  const { unit } = tx;
  if ((await unit.users.insert(user)).kind === 'taken') return false;
  await unit.record({ type: 'account.registered', outcome: 'success', userId: user.id, detail: { role: user.role } });
  if (user.emailVerifiedAt === null) await mailVerification(tx, user);
  return true;
}
