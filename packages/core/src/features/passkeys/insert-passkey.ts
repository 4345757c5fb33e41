import type { AuthenticatedRequest } from '../../model/caller.js';
import type { PasskeyRecord } from '../../ports/store/passkeys.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { concludeCredentialChange } from '../accounts/conclude-credential-change.js';
import { requirePassedFactor } from '../two-factor/require-passed-factor.js';
import { useCeremony, type Ceremony } from './ceremony.js';
import { PasskeyRefusal } from './passkey-refusal.js';
import { MAX_PASSKEYS } from './passkeys-of.js';

export interface NewPasskey extends AuthenticatedRequest {
  readonly passkey: PasskeyRecord;
  readonly ceremony: Ceremony;
}

/** Stores a new passkey and uses its ceremony up, in one transaction. Throws `PasskeyRefusal`. */
export async function insertPasskey(tx: TransactionContext, { passkey, ceremony, current, caller }: NewPasskey): Promise<void> {
  const { user } = await requirePassedFactor(tx, current);
  if (!(await useCeremony(tx, ceremony))) throw new PasskeyRefusal('used');
  // W3: the store decides who gets the credential id if several requests add it at once.
  const outcome = await tx.unit.passkeys.insert(passkey, MAX_PASSKEYS);
  if (outcome !== 'inserted') throw new PasskeyRefusal(outcome);
  const about = { userId: user.id, sessionId: current.session.id, detail: { passkeyId: passkey.id } };
  const event = { type: 'passkey.registered', outcome: 'success', ...about } as const;
  await concludeCredentialChange(tx, { user, event, notice: 'passkey-added', caller });
}
