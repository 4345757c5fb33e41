import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { withTransaction } from '../../unit-of-work.js';

export interface ForgetDeviceInput extends AuthenticatedRequest {
  readonly id: string;
}

/**
 * Forgets one of the user's own devices and ends its trust: its next login is that of a new device. Its sessions
 * continue; `DELETE /sessions/:id` ends them. A device of another user is `NOT_FOUND` (security.md Z2).
 */
export async function forgetDevice(context: Context, { id, current, caller }: ForgetDeviceInput): Promise<void> {
  const { user, session } = current;
  const removed = await withTransaction(context, {
    caller,
    async work({ unit }) {
      const removed = await unit.devices.remove(id, user.id);
      if (removed) {
        await unit.record({
          type: 'device.forgotten',
          outcome: 'success',
          userId: user.id,
          sessionId: session.id,
          detail: { deviceId: id },
        });
      }
      return removed;
    },
  });
  if (!removed) throw new AuthError('NOT_FOUND');
}
