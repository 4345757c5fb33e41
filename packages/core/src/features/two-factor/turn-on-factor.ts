import type { AuthenticatedRequest } from '../../model/caller.js';
import type { FactorRecord } from '../../ports/store/factors.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { concludeCredentialChange } from '../accounts/conclude-credential-change.js';
import { makeBackupCodes } from './backup-code.js';

export interface TurnOnInput extends AuthenticatedRequest {
  readonly factor: FactorRecord;
}

/**
 * Turns on a factor that was confirmed, in the transaction that confirmed it: ends the account's other sessions and
 * notifies the owner. Returns backup codes with the account's first factor.
 */
export async function turnOnFactor(context: TransactionContext, { factor, current, caller }: TurnOnInput): Promise<readonly string[]> {
  const { unit, clock } = context;
  const { user, session } = current;
  const at = clock.now();
  if (factor.method === 'sms') await unit.users.setPhone(user.id, factor.destination, at);
  // The code was mailed to this address, so the person who typed it reads the mailbox.
  if (factor.method === 'email' && factor.destination !== null) await unit.users.verifyEmail(user.id, factor.destination, at);
  const isFirst = await unit.users.setTwoFactor(user.id, at);
  const made = isFirst ? makeBackupCodes(context, user.id) : { codes: [], records: [] };
  if (isFirst) await unit.backupCodes.replace(user.id, made.records);
  await unit.sessions.revokeAll(user.id, at, 'two-factor-enabled', session.id);
  unit.invalidateSessionCache(user.id);
  const about = { userId: user.id, sessionId: session.id, detail: { method: factor.method } };
  const event = { type: 'two-factor.enabled', outcome: 'success', ...about } as const;
  await concludeCredentialChange(context, { user, event, notice: 'two-factor-enabled', caller });
  return made.codes;
}
