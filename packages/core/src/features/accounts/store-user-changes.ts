import { ADMIN_ROLE } from '../../model/roles.js';
import type { LastOfRole, UpdateUserOutcome, UserChanges } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { nameFields } from './search-text.js';

export interface StoredChanges {
  readonly id: string;
  readonly changes: Omit<UserChanges, 'searchName'>;
}

/** Stores changes of a user, unless they would leave the application without an administrator. */
export async function storeUserChanges({ unit, clock }: TransactionContext, { id, changes }: StoredChanges): Promise<UpdateUserOutcome | LastOfRole> {
  const { name } = changes;
  unit.invalidateSessionCache(id);
  return unit.users.update(id, { ...changes, ...(name !== undefined && nameFields(name)) }, { at: clock.now(), keepLastOf: ADMIN_ROLE });
}
