import type { AuthEventOf } from '../../model/events.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { clearLockout } from '../two-factor/begin-factor-attempt.js';
import { useCeremony } from './ceremony.js';
import { PasskeyRefusal } from './passkey-refusal.js';
import type { ProvenPasskey } from './prove-passkey.js';

export type PasskeyPurpose = AuthEventOf<'passkey.used'>['detail']['purpose'];

/**
 * Uses up the ceremony and advances the passkey's counter, in the transaction of the action that it authorizes. It also
 * ends a pause of second-factor checks: a signature cannot be guessed (security.md M4). Throws `PasskeyRefusal`, which
 * rolls back both.
 */
export async function usePasskey(
  context: TransactionContext,
  { proven, purpose }: { readonly proven: ProvenPasskey; readonly purpose: PasskeyPurpose },
): Promise<void> {
  const { ceremony, passkey, use } = proven;
  const { unit, clock } = context;
  const { id, userId } = passkey;
  if (!(await useCeremony(context, ceremony))) throw new PasskeyRefusal('used', { userId });
  // W4: of two passkeys with the same counter, one is a copy. Also fails if the passkey was removed in the meantime.
  if (!(await unit.passkeys.use(id, { ...use, at: clock.now() }))) throw new PasskeyRefusal('counter', { userId, copied: proven });
  await clearLockout(context, userId);
  await unit.record({ type: 'passkey.used', outcome: 'success', userId, detail: { passkeyId: id, purpose } });
}
