import { hasTwoFactor } from '../../model/factor-policy.js';
import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { FactorMethod } from '../../ports/store/factors.js';
import { toUser } from '../../model/user.js';
import { withTransaction } from '../../unit-of-work.js';
import { sessionAuth } from '../../model/auth-block.js';
import { issueAccessToken } from '../sessions/issue-access-token.js';
import { checkSecondFactor } from './check-second-factor.js';
import type { FactorCheck } from './check-second-factor.js';
import { completeChallenge } from './complete-challenge.js';
import type { PassedSession } from './complete-challenge.js';
import { findSubject } from './find-subject.js';
import type { FactorSubject } from './find-subject.js';
import type { VerifyBackupInput, VerifyData } from './schema.js';
import { sentForSubject } from './step-up-token.js';
import { stepUpSession } from './step-up-session.js';
import { notifyBackupCodeUsed } from './notify-backup-code-used.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';

export interface VerifySecondFactorRequest extends VerifyBackupInput {
  readonly challengeToken: string | undefined;
  /** `undefined` tries every method but backup codes. */
  readonly method?: FactorMethod | 'backup' | undefined;
  readonly current: SessionState | null;
  readonly caller: Caller;
}

export interface VerifiedSecondFactor {
  readonly data: VerifyData;
  readonly backupCodesRemaining: number;
}

/**
 * Passes a second factor: completes a login, or steps a session up. A wrong or replayed code is
 * `INVALID_TWO_FACTOR_CODE`; too many of them are `TOO_MANY_REQUESTS` (security.md M1 to M5). Fails with
 * `TWO_FACTOR_NOT_ENABLED` too, and as `findSubject` does.
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
  const { session, refreshToken, deviceToken } = outcome.passed;
  const state = { session, user: subject.user };
  const { accessToken, expiresAt } = await issueAccessToken(context, state);
  return {
    data: {
      accessToken,
      refreshToken,
      ...(deviceToken === undefined ? {} : { deviceToken }),
      tokenType: 'Bearer',
      user: toUser(context, subject.user),
      expiresAt: isoTime(expiresAt),
      auth: sessionAuth(context, state),
    },
    backupCodesRemaining: outcome.backupCodesRemaining,
  };
}

type Attempt =
  | Exclude<FactorCheck, { kind: 'passed' }>
  | { readonly kind: 'passed'; readonly passed: PassedSession; readonly backupCodesRemaining: number };

async function attempt(
  context: TransactionContext,
  { subject, request }: { readonly subject: FactorSubject; readonly request: VerifySecondFactorRequest },
): Promise<Attempt> {
  const { unit } = context;
  const { user } = subject;
  const { code, method, caller } = request;
  const sentFor = await sentForSubject(context, subject);
  const check = await checkSecondFactor(context, { userId: user.id, code, method, sentFor });
  if (check.kind !== 'passed') {
    await unit.record({
      type: 'two-factor.failed',
      outcome: 'failure',
      userId: user.id,
      actorId: null,
      detail: { reason: check.kind, method: method ?? 'any' },
    });
    return check;
  }
  const amr = check.by === 'sms' ? 'sms' : 'otp';
  const passed =
    subject.kind === 'challenge'
      ? await completeChallenge(context, { ...subject, isConsumed: check.consumedSentFor, amr, caller })
      : await stepUpSession(context, { state: subject.state, amr });
  if (request.trustDevice === true) await trustDevice(context, passed);
  await unit.record({
    type: 'two-factor.passed',
    outcome: 'success',
    userId: user.id,
    sessionId: passed.session.id,
    detail: { method: check.by, trusted: request.trustDevice === true },
  });
  const backupCodesRemaining = await unit.backupCodes.countUnused(user.id);
  if (check.by === 'backup') await notifyBackupCodeUsed(context, { user, backupCodesRemaining, caller });
  return { kind: 'passed', passed, backupCodesRemaining };
}

async function trustDevice(
  { unit, settings, clock }: TransactionContext,
  { session }: PassedSession,
): Promise<void> {
  if (session.deviceId === null) return;
  await unit.devices.trust(session.deviceId, clock.now() + settings.twoFactor.trustedDeviceTtl);
}
