import type { TransactionContext } from '../../unit-of-work.js';
import type { UserRecord } from '../../ports/store/users.js';
import { mayMail } from '../notifications/limit-mail.js';

/** Tells the owner of an address that someone tried to register it. The client is not told that it is taken. */
export async function mailRegistrationAttempt(context: TransactionContext, { id: userId, email }: UserRecord): Promise<void> {
  const kind = 'registration-attempt';
  if (!(await mayMail(context, { kind, email }))) return;
  await context.unit.send({ userId, channel: 'email', to: email, content: { kind } });
}
