import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { FactorRecord } from '../../ports/store/factors.js';
import { withTransaction } from '../../unit-of-work.js';
import { sessionAuth } from '../../model/auth-block.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { makeBackupCodes } from './backup-code.js';
import { stepOf } from './check-second-factor.js';
import { beginFactorAttempt } from './begin-factor-attempt.js';
import type { EnableData, EnableInput } from './schema.js';
import { matchesSentCode, MAX_CODE_ATTEMPTS } from './sent-code.js';
import { SET_UP_TTL_MS } from './set-up.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';

export interface EnableRequest extends EnableInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Confirms the set-up that this session began, and turns two-factor on with it: backup codes are made, the account's other
 * sessions end (security.md M7), and the code is spent. Fails with `TWO_FACTOR_NOT_PENDING`, `INVALID_TWO_FACTOR_CODE`,
 * `TOO_MANY_REQUESTS`, and `FORBIDDEN` for another user's id.
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

type Attempt =
  | { readonly kind: 'enabled'; readonly at: number; readonly backupCodes: readonly string[] }
  | { readonly kind: 'not-pending' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'paused'; readonly retryAt: number | null };

async function attempt(
  context: TransactionContext,
  { code, current, caller }: { readonly code: string; readonly current: SessionState; readonly caller: Caller },
): Promise<Attempt> {
  const { unit, clock } = context;
  const { user, session } = current;
  const since = clock.now() - SET_UP_TTL_MS;
  const factors = await unit.factors.list(user.id);
  // M6: a set-up belongs to the session that began it. The newest comes first.
  const factor = factors.find((one) => one.confirmedAt === null && one.sessionId === session.id && one.createdAt >= since);
  if (factor === undefined) return { kind: 'not-pending' };
  const guess = await beginFactorAttempt(context, user.id);
  if (guess.kind === 'paused') return guess;
  const proof = await proves(context, { factor, code });
  if (proof === null) {
    await guess.fail();
    await unit.record({ type: 'two-factor.failed', outcome: 'failure', userId: user.id, detail: { reason: 'set-up' } });
    return { kind: 'wrong' };
  }
  await guess.succeed();
  const at = clock.now();
  if (!(await unit.factors.confirm(factor.id, at, proof.step))) return { kind: 'not-pending' };
  if (factor.method === 'sms') await unit.users.setPhone(user.id, factor.destination, at);
  return { kind: 'enabled', at, backupCodes: await turnOn(context, { factor, current, caller, at }) };
}

/** Whether the code shows that the factor works; the time step that it spends, where it has one. */
async function proves(
  context: TransactionContext,
  { factor, code }: { readonly factor: FactorRecord; readonly code: string },
): Promise<{ readonly step: number | null } | null> {
  const { unit, clock } = context;
  if (factor.method === 'totp') {
    const step = stepOf(context, { factor, code });
    return step === null ? null : { step };
  }
  const now = clock.now();
  const subject = { userId: factor.userId, purpose: 'factor-setup', subjectId: factor.id } as const;
  const token = await unit.oneTimeTokens.findLiveOf(subject, now);
  if (token?.code == null || !(await unit.oneTimeTokens.takeAttempt(token.id, MAX_CODE_ATTEMPTS, now))) return null;
  const matches = matchesSentCode(context, { tokenId: token.id, code, sent: token.code });
  return matches && (await unit.oneTimeTokens.consume(token.id, now)) ? { step: null } : null;
}

interface TurnOnInput {
  readonly factor: FactorRecord;
  readonly current: SessionState;
  readonly caller: Caller;
  readonly at: number;
}

/** Makes backup codes where this is the account's first factor, ends its other sessions and tells its owner. */
async function turnOn(
  context: TransactionContext,
  { factor, current, caller, at }: TurnOnInput,
): Promise<readonly string[]> {
  const { unit } = context;
  const { user, session } = current;
  const isFirst = await unit.users.setTwoFactor(user.id, at);
  const made = isFirst ? makeBackupCodes(context, user.id) : { codes: [], records: [] };
  if (isFirst) await unit.backupCodes.replace(user.id, made.records);
  await unit.sessions.revokeAll(user.id, at, 'two-factor-enabled', session.id);
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
