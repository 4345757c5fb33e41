import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { sessionAuth } from '../../model/auth-block.js';
import type { Caller } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import { isLive, type SessionState } from '../../model/session-state.js';
import type { FactorRecord } from '../../ports/store/factors.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';
import { makeBackupCodes } from './backup-code.js';
import { beginFactorAttempt } from './begin-factor-attempt.js';
import { confirmSetUp, findPendingSetUp } from './pending-set-up.js';
import type { EnableData, EnableInput } from './schema.js';

export interface EnableRequest extends EnableInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

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
  { code, current, caller }: { readonly code: string; readonly current: SessionState; readonly caller: Caller },
): Promise<EnableOutcome> {
  const { unit, clock } = context;
  const { id: userId } = current.user;
  const at = clock.now();
  const now = await unit.sessions.findWithUser(current.session.id);
  if (now === null || !isLive(now, at)) throw new AuthError('INVALID_TOKEN');
  const pending = await findPendingSetUp(context, now);
  if (pending === null) return { kind: 'not-pending' };
  // M6: a factor may have been turned on since the set-up began.
  if (hasTwoFactor(now.user) && now.session.aal < 2) throw new AuthError('STEP_UP_REQUIRED', { requires: 'SECOND_FACTOR' });
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
  return { kind: 'enabled', at, backupCodes: await turnOn(context, { factor: pending.factor, current: now, caller }) };
}

interface TurnOnInput {
  readonly factor: FactorRecord;
  readonly current: SessionState;
  readonly caller: Caller;
}

/** Creates backup codes with the account's first factor, ends its other sessions and notifies its owner. */
async function turnOn(context: TransactionContext, { factor, current, caller }: TurnOnInput): Promise<readonly string[]> {
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
  await voidOneTimeTokens(context, user.id);
  unit.invalidateSessionCache(user.id);
  await unit.record({
    type: 'two-factor.enabled',
    outcome: 'success',
    userId: user.id,
    sessionId: session.id,
    detail: { method: factor.method },
  });
  await notifyOwner(context, { user, notice: 'two-factor-enabled', caller });
  return made.codes;
}
