import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { sessionAuth } from '../../model/auth-block.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { beginFactorAttempt } from './begin-factor-attempt.js';
import { confirmSetUp, findPendingSetUp } from './pending-set-up.js';
import { requirePassedFactor } from './require-passed-factor.js';
import type { EnableData, EnableInput } from './schema.js';
import { turnOnFactor } from './turn-on-factor.js';

export type EnableRequest = EnableInput & AuthenticatedRequest;

/**
 * Confirms the set-up that this session began and turns two-factor on. Creates backup codes, ends the account's other
 * sessions (security.md M7), voids links mailed before (R1), and uses the code up. Fails with `TWO_FACTOR_NOT_PENDING`,
 * `INVALID_TWO_FACTOR_CODE`, `TOO_MANY_REQUESTS`, `FORBIDDEN` for another user's id, and `STEP_UP_REQUIRED` if another
 * factor is on that this session has not passed (M6).
 */
export async function enable(
  context: Context,
  { token, userId, current, caller }: EnableRequest,
): Promise<EnableData> {
  const { user, session } = current;
  if (userId !== undefined && userId !== user.id) throw new AuthError('FORBIDDEN');
  const outcome = await withTransaction(context, {
    caller,
    work: (tx) => attempt(tx, { code: token, current, caller }),
  });
  if (outcome.kind === 'paused') throw tooManyRequests(context, outcome.retryAt);
  if (outcome.kind !== 'enabled') {
    throw new AuthError(outcome.kind === 'wrong' ? 'INVALID_TWO_FACTOR_CODE' : 'TWO_FACTOR_NOT_PENDING');
  }
  const enabled = { ...user, twoFactorEnabledAt: user.twoFactorEnabledAt ?? outcome.at };
  return {
    isEnabled: true,
    enabledAt: isoTime(outcome.at),
    backupCodes: outcome.backupCodes,
    auth: sessionAuth(context, { user: enabled, session }),
  };
}

type EnableOutcome =
  | { readonly kind: 'enabled'; readonly at: number; readonly backupCodes: readonly string[] }
  | { readonly kind: 'not-pending' | 'wrong' }
  | { readonly kind: 'paused'; readonly retryAt: number | null };

async function attempt(
  context: TransactionContext,
  { code, current, caller }: AuthenticatedRequest & { readonly code: string },
): Promise<EnableOutcome> {
  const { unit, clock } = context;
  const { id: userId } = current.user;
  const pending = await findPendingSetUp(context, current);
  if (pending === null) return { kind: 'not-pending' };
  const now = await requirePassedFactor(context, current);
  const guess = await beginFactorAttempt(context, userId);
  if (guess.kind === 'paused') return guess;
  const outcome = await confirmSetUp(context, { ...pending, code });
  if (outcome === 'wrong') {
    await guess.fail();
    await unit.record({ type: 'two-factor.failed', outcome: 'failure', userId, detail: { reason: 'set-up' } });
    return { kind: 'wrong' };
  }
  await guess.succeed();
  if (outcome === 'not-pending') return { kind: outcome };
  const backupCodes = await turnOnFactor(context, { factor: pending.factor, current: now, caller });
  return { kind: 'enabled', at: clock.now(), backupCodes };
}
