import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { SessionProof } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { AuthEventOf } from '../../model/events.js';
import { recordRefusal } from '../../unit-of-work.js';
import { recognizeDevice, type RecognizedDevice } from '../devices/recognize-device.js';
import { upgradePasswordHash } from '../passwords/upgrade-password-hash.js';
import { verifyPassword } from '../passwords/verify-password.js';
import { withPasswordAttempt, type ClearAttempts } from '../throttling/count-password-attempt.js';
import { canonicalLoginName, findAccount, type LoginName } from './find-account.js';

/** The proof of a right password. */
export const PASSWORD_PROOF: SessionProof = { amr: ['pwd'], aal: 1 };

export interface Credentials extends LoginName {
  readonly password: string;
  /** Of a device that has logged in before: its attempts are counted separately. */
  readonly deviceToken: string | undefined;
  readonly caller: Caller;
  /** A further condition. It is checked after the password, so that all refusals take the same time. */
  readonly alsoRequires?: (user: UserRecord) => boolean;
}

/** The result of right credentials. */
export interface VerifiedLogin {
  readonly user: UserRecord;
  /** The device that sent the password, if it was recognized. */
  readonly known: RecognizedDevice | null;
  /** To be called in the transaction that begins the session or the challenge. */
  readonly consume: ClearAttempts;
}

/**
 * Calls `work` with the user of these credentials. Unknown account, wrong password, disabled account and an unmet
 * condition fail with the same `INVALID_CREDENTIALS`, after the same work (security.md L1); the event tells them apart.
 * Too many wrong passwords for one name, or from one known device, are `TOO_MANY_REQUESTS` (L2).
 */
export async function verifyCredentials<T>(
  context: Context,
  { password, deviceToken, caller, alsoRequires = () => true, work, ...typed }: Credentials & { readonly work: (verified: VerifiedLogin) => Promise<T> },
): Promise<T> {
  const name = canonicalLoginName(typed);
  const user = await findAccount(context, name);
  const userId = user?.id ?? null;
  // Ignore the device tokens of other users: each would give an attacker a fresh attempt counter.
  const device = await recognizeDevice(context, { userId, deviceToken });
  const guesser = device === null ? name : { by: 'device', deviceId: device.deviceId } as const;
  let reason: AuthEventOf<'login.failed'>['detail']['reason'] = 'unknown-account';
  const isRight = async (): Promise<boolean> => {
    const matches = await verifyPassword(context, { user, password, caller });
    if (user === null) return false;
    const isAllowed = alsoRequires(user);
    reason = !matches ? 'wrong-password' : !isAllowed ? 'not-allowed' : 'disabled-account';
    return matches && isAllowed && user.disabledAt === null;
  };
  const whenRight = async (consume: ClearAttempts): Promise<{ readonly result: T } | null> => {
    if (user === null) return null;
    await upgradePasswordHash(context, { user, password, caller });
    return { result: await work({ user, known: device, consume }) };
  };
  const right = await withPasswordAttempt(context, { guesser, userId, caller }, { isRight, whenRight });
  if (right !== null) return right.result;
  await recordRefusal(context, {
    caller,
    event: { type: 'login.failed', outcome: 'failure', userId, actorId: null, detail: { reason } },
  });
  throw new AuthError('INVALID_CREDENTIALS');
}
