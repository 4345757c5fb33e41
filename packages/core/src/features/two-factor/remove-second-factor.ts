import type { TransactionContext } from '../../unit-of-work.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';

/**
 * Removes all factors, set-ups and backup codes, trust in devices, and every token issued before (security.md M7, R1).
 */
export async function removeSecondFactor(context: TransactionContext, userId: string): Promise<void> {
  const { unit } = context;
  await unit.factors.removeAll(userId);
  await unit.backupCodes.replace(userId, []);
  await unit.users.setTwoFactor(userId, null);
  await unit.devices.distrustAll(userId);
  await voidOneTimeTokens(context, userId);
  unit.invalidateSessionCache(userId);
}
