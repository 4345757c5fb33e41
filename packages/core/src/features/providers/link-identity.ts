import type { Caller } from '../../model/caller.js';
import type { AuthEventOf } from '../../model/events.js';
import type { ProviderIdentity } from '../../ports/provider.js';
import type { IdentityRecord, InsertIdentityOutcome } from '../../ports/store/identities.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { concludeCredentialChange } from '../accounts/conclude-credential-change.js';
import { sealTokens } from './stored-tokens.js';

/** Far more than anyone needs; it bounds what one account can store. */
const MAX_PER_USER = 20;

export interface LinkIdentityInput {
  readonly user: UserRecord;
  readonly provider: string;
  readonly identity: ProviderIdentity;
  readonly by: AuthEventOf<'identity.linked'>['detail']['by'];
  readonly caller: Caller;
}

/** Links the identity to the account as a way to log in. Notifies the owner unless the account was created for it. */
export async function linkIdentity(
  tx: TransactionContext,
  { user, provider, identity, by, caller }: LinkIdentityInput,
): Promise<InsertIdentityOutcome> {
  const { unit, clock } = tx;
  const now = clock.now();
  const id = tx.makeId();
  const { issuer, subject, email, tokens } = identity;
  const sealedTokens = sealTokens(tx, { identityId: id, tokens, earlier: null });
  const record: IdentityRecord = { id, userId: user.id, provider, issuer, subject, email, sealedTokens, linkedAt: now, lastUsedAt: now };
  const outcome = await unit.identities.insert(record, MAX_PER_USER);
  if (outcome !== 'inserted') return outcome;
  const event = { type: 'identity.linked', outcome: 'success', userId: user.id, detail: { provider, by } } as const;
  // A sign-up has changed no credential: its verification mail must keep working.
  if (by === 'sign-up') await unit.record(event);
  else await concludeCredentialChange(tx, { user, event, notice: 'identity-linked', caller });
  return outcome;
}

/** Records a login by an identity that is already linked. */
export async function recordUse(
  tx: TransactionContext,
  { id, sealedTokens: earlier }: IdentityRecord,
  { email, tokens }: ProviderIdentity,
): Promise<boolean> {
  return tx.unit.identities.recordUse(id, { at: tx.clock.now(), email, sealedTokens: sealTokens(tx, { identityId: id, tokens, earlier }) });
}
