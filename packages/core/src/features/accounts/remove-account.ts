import type { RemoveUserOutcome } from '../../ports/store/users.js';
import type { Doer } from '../audit/doer.js';
import type { UnitOfWork } from '../audit/transact.js';
import { newDeviceCounter } from '../devices/tell-of-new-device.js';
import { guessCounters } from '../two-factor/pause-guessing.js';
import { mailedCodeCounter } from '../two-factor/send-code.js';
import { ADMIN_ROLE } from './options.js';

export interface Removal {
  readonly id: string;
  readonly by: Doer;
}

/**
 * Takes an account away with all that is held about the person, in the transaction that tells of it. The trail keeps what
 * happened, under an id that leads nowhere any more, and forgets from where.
 */
export async function removeAccount(
  { unit }: { readonly unit: UnitOfWork },
  { id, by }: Removal,
): Promise<RemoveUserOutcome> {
  const about = { userId: id, ...by };
  const outcome = await unit.users.remove(id, ADMIN_ROLE);
  unit.forgetState(id);
  if (outcome === 'last-of-role') {
    await unit.record({ type: 'account.removal-refused', outcome: 'failure', ...about, detail: { reason: outcome } });
  }
  if (outcome !== 'removed') return outcome;
  for (const key of countersOf(id)) await unit.counters.clear(key);
  const removed = { type: 'account.removed', outcome: 'success', ...about } as const;
  if (by.actorId === id) await unit.record(removed);
  await unit.events.anonymize(id);
  // From where an administrator did it stays: it is not the person's.
  if (by.actorId !== id) await unit.record(removed);
  return outcome;
}

/** Those that are kept under the id. Others go by a keyed hash of an address or number, and run out by themselves. */
function countersOf(id: string): readonly string[] {
  return [...Object.values(guessCounters(id)), mailedCodeCounter(id), newDeviceCounter(id)];
}
