import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import type { SessionState } from '../../model/session-state.js';
import type { CheckSecondFactorInput } from './check-second-factor.js';
import { findSubject } from './find-subject.js';
import { notifyBackupCodeUsed } from './notify-backup-code-used.js';
import { passSubject } from './pass-subject.js';
import type { VerifyBackupInput, VerifyData } from './schema.js';
import { trustDevice } from './trust-device.js';
import { verifiedData } from './verified-data.js';
import { withSecondFactor } from './with-second-factor.js';

export interface VerifySecondFactorRequest extends VerifyBackupInput {
  readonly challengeToken: string | undefined;
  readonly method?: CheckSecondFactorInput['method'];
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
  const { code, method, caller, trustDevice: trusted = false } = request;
  const subject = await findSubject(context, request);
  const { user } = subject;
  if (!hasTwoFactor(user)) throw new AuthError('TWO_FACTOR_NOT_ENABLED');
  const { passed, backupCodesRemaining } = await withSecondFactor(context, {
    subject,
    code,
    method,
    about: { userId: user.id, actorId: null },
    caller,
    async work(tx, { by, consumedSentFor }) {
      const passed = await passSubject(tx, { subject, amr: [by === 'sms' ? 'sms' : 'otp'], isConsumed: consumedSentFor, caller });
      if (trusted) await trustDevice(tx, passed.session);
      const detail = { method: by, trusted };
      await tx.unit.record({ type: 'two-factor.passed', outcome: 'success', userId: user.id, sessionId: passed.session.id, detail });
      const backupCodesRemaining = await tx.unit.backupCodes.countUnused(user.id);
      if (by === 'backup') await notifyBackupCodeUsed(tx, { user, backupCodesRemaining, caller });
      return { passed, backupCodesRemaining };
    },
  });
  return { data: await verifiedData(context, { passed, user }), backupCodesRemaining };
}
