import type { Caller } from '../../model/caller.js';
import type { NewEvent } from '../../model/events.js';
import type { SecurityNotice } from '../../model/outgoing-message.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';

export interface CredentialChange {
  readonly user: UserRecord;
  readonly event: NewEvent;
  readonly notice: SecurityNotice;
  readonly caller: Caller;
}

/**
 * What every change of a way to log in ends with, in its transaction: links and logins that were begun before are void
 * (security.md R1, R5), the event is recorded, and the owner is notified (L6).
 */
export async function concludeCredentialChange(tx: TransactionContext, { user, event, notice, caller }: CredentialChange): Promise<void> {
  await voidOneTimeTokens(tx, user.id);
  await tx.unit.record(event);
  await notifyOwner(tx, { user, notice, caller });
}
