import type { TransactionContext } from '../../unit-of-work.js';

/**
 * Forgets all devices of the user except one, and ends the trust in that one. Each known device has its own counter of
 * password attempts (security.md L2): old device tokens must not give fresh attempts at a new password.
 */
export async function forgetDevices(
  { unit }: TransactionContext,
  { userId, keep }: { readonly userId: string; readonly keep: string | null },
): Promise<void> {
  for (const { id } of await unit.devices.list(userId)) {
    if (id !== keep) await unit.devices.remove(id, userId);
  }
  await unit.devices.distrustAll(userId);
}
