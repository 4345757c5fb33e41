import { actorOf } from '../../model/actor.js';
import type { NewEvent } from '../../model/events.js';
import type { SessionState } from '../../model/session-state.js';
import type { LastOfRole, UpdateUserOutcome } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { storeUserChanges, type StoredChanges } from '../accounts/store-user-changes.js';
import { afterAdminUpdate } from './after-admin-update.js';

export interface AdminUpdate extends StoredChanges {
  /** The administrator's session. */
  readonly current: SessionState;
}

/** Makes all of an administrator's changes to a user, with their consequences, or none of them. Both are recorded. */
export async function applyAdminUpdate(tx: TransactionContext, { id, changes, current }: AdminUpdate): Promise<UpdateUserOutcome | LastOfRole> {
  const before = await tx.unit.users.find(id);
  if (before === null) return { kind: 'missing' };
  const about = { userId: id, ...actorOf(current) };
  const outcome = await storeUserChanges(tx, { id, changes });
  if (outcome.kind === 'updated') await afterAdminUpdate(tx, { before, after: outcome.user, about });
  else await tx.unit.record({ ...refusalOf(outcome), ...about });
  return outcome;
}

function refusalOf(outcome: Exclude<UpdateUserOutcome | LastOfRole, { readonly kind: 'updated' }>): NewEvent {
  const reason = outcome.kind === 'taken' ? (`${outcome.field}-taken` as const) : outcome.kind;
  return { type: 'account.update-refused', outcome: 'failure', detail: { reason } };
}
