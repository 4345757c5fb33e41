import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { Caller } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import type { SessionState } from '../../model/session-state.js';
import type { FactorMethod } from '../../ports/store/factors.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { advanceSession } from '../sessions/advance-session.js';
import type { InsertedSession } from '../sessions/insert-session.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { checkSecondFactor, type FactorCheck } from './check-second-factor.js';
import { completeChallenge } from './complete-challenge.js';
import { findSubject, type FactorSubject } from './find-subject.js';
import { notifyBackupCodeUsed } from './notify-backup-code-used.js';
import type { VerifyBackupInput, VerifyData } from './schema.js';
import { sentForSubject } from './step-up-token.js';
import { verifiedData, type PassedSession } from './verified-data.js';

export interface VerifySecondFactorRequest extends VerifyBackupInput {
  readonly challengeToken: string | undefined;
  /** `undefined`: as `checkSecondFactor` detects it. */
  readonly method?: FactorMethod | 'backup' | undefined;
  readonly current: SessionState | null;
  readonly caller: Caller;
}

export interface VerifiedSecondFactor {
  readonly data: VerifyData;
  readonly backupCodesRemaining: number;
}

/**
 * Checks a second factor, which completes a login or steps a session up. A wrong or replayed code is
 * `INVALID_TWO_FACTOR_CODE`; too many of them are `TOO_MANY_REQUESTS` (security.md M1 to M5). Also fails with
 * `TWO_FACTOR_NOT_ENABLED`, and as `findSubject` does.
 */
export async function verifySecondFactor(
  context: Context,
  request: VerifySecondFactorRequest,
): Promise<VerifiedSecondFactor> {
  const subject = await findSubject(context, request);
  if (!hasTwoFactor(subject.user)) throw new AuthError('TWO_FACTOR_NOT_ENABLED');
  const outcome = await withTransaction(context, {
    caller: request.caller,
    work: (tx) => attempt(tx, { subject, request }),
  });
  if (outcome.kind === 'paused') throw tooManyRequests(context, outcome.retryAt);
  if (outcome.kind === 'wrong') throw new AuthError('INVALID_TWO_FACTOR_CODE');
  return {
    data: await verifiedData(context, { passed: outcome.passed, user: subject.user }),
    backupCodesRemaining: outcome.backupCodesRemaining,
  };
}

type VerifyOutcome =
  | Exclude<FactorCheck, { kind: 'passed' }>
  | { readonly kind: 'passed'; readonly passed: PassedSession; readonly backupCodesRemaining: number };

async function attempt(
  context: TransactionContext,
  { subject, request }: { readonly subject: FactorSubject; readonly request: VerifySecondFactorRequest },
): Promise<VerifyOutcome> {
  const { unit } = context;
  const { user } = subject;
  const { code, method, caller, trustDevice = false } = request;
  const sentFor = await sentForSubject(context, subject);
  const check = await checkSecondFactor(context, { userId: user.id, code, method, sentFor });
  if (check.kind !== 'passed') {
    const detail = { reason: check.kind, method: method ?? 'any' } as const;
    await unit.record({ type: 'two-factor.failed', outcome: 'failure', userId: user.id, actorId: null, detail });
    return check;
  }
  const amr = check.by === 'sms' ? 'sms' : 'otp';
  const passed: PassedSession =
    subject.kind === 'challenge'
      ? await completeChallenge(context, { ...subject, isConsumed: check.consumedSentFor, amr: [amr], caller })
      : await advanceSession(context, {
          sessionId: subject.state.session.id,
          prove: (session) => ({ amr: [...new Set([...session.amr, amr])], aal: 2 }),
        });
  if (trustDevice) await trustDeviceOf(context, passed);
  await unit.record({
    type: 'two-factor.passed',
    outcome: 'success',
    userId: user.id,
    sessionId: passed.session.id,
    detail: { method: check.by, trusted: trustDevice },
  });
  const backupCodesRemaining = await unit.backupCodes.countUnused(user.id);
  if (check.by === 'backup') await notifyBackupCodeUsed(context, { user, backupCodesRemaining, caller });
  return { kind: 'passed', passed, backupCodesRemaining };
}

async function trustDeviceOf(context: TransactionContext, { session }: InsertedSession): Promise<void> {
  if (session.deviceId === null) return;
  await context.unit.devices.trust(session.deviceId, context.clock.now() + settingsOf(context, 'twoFactor').trustedDeviceTtl);
}
