import type { Caller } from '../../model/caller.js';
import type { TransactionContext } from '../../unit-of-work.js';
import type { CounterLimit } from '../../ports/store/counters.js';
import type { UserRecord } from '../../ports/store/users.js';
import { notifyOwner } from '../notifications/notify-owner.js';

/**
 * Clients that do not send their device token back look new every time. The limit is more than one a minute: the second
 * device may be a thief's.
 */
const LIMITS: readonly CounterLimit[] = [{ max: 5, windowMs: 60 * 60_000 }];

/** The counter of notices about new devices. */
export function newDeviceCounter(userId: string): string {
  return `mail:new-device:${userId}`;
}

/** Notifies the owner of a login from an unknown device (security.md L6), except for the account's first login. */
export async function notifyNewDevice(
  context: TransactionContext,
  { user, caller }: { readonly user: UserRecord; readonly caller: Caller },
): Promise<void> {
  if (user.lastLoginAt === null) return;
  const hit = { hitId: context.makeId(), key: newDeviceCounter(user.id), limits: LIMITS, now: context.clock.now() };
  const { kind } = await context.unit.counters.take(hit);
  if (kind === 'taken') await notifyOwner(context, { user, notice: 'new-device', caller });
}
