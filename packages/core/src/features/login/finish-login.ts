import type { Context } from '../../context.js';
import { AuthError, type ErrorCode } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import type { SessionProof } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { recognizeDevice, type RecognizedDevice } from '../devices/recognize-device.js';
import { beginSession } from '../sessions/begin-session.js';
import { issueTokens } from '../sessions/issue-tokens.js';
import { beginChallenge } from '../two-factor/begin-challenge.js';
import { admitLogin } from './admit-login.js';
import type { LoginOutcome } from './schema.js';

export interface FinishLoginInput {
  readonly user: UserRecord;
  /** How the user was authenticated. Where two-factor is on, `aal: 1` leads to the challenge for the second factor. */
  readonly proof: SessionProof;
  readonly deviceToken: string | undefined;
  /** The device of that token, if it was looked up before. */
  readonly known?: RecognizedDevice | null | undefined;
  readonly caller: Caller;
  /**
   * Consumes what proved the user, such as the token of a link, in the transaction that begins the session or the
   * challenge. Throws if another request consumed it first, which rolls the transaction back. If the proof also changes
   * or creates the account, it does so here and returns the resulting user; `user` is the expected result.
   */
  readonly consume?: ((tx: TransactionContext) => Promise<UserRecord | void>) | undefined;
  /** The error for a disabled account, and for one that changed since the proof. Default `INVALID_CREDENTIALS`. */
  readonly refusedAs?: ErrorCode | undefined;
}

export interface FinishedLogin<Data extends LoginOutcome = LoginOutcome> {
  readonly data: Data;
  /** When a second-factor code can be sent, if a limit prevented it now. Milliseconds since the epoch. */
  readonly codeRetryAt: number | null;
}

/**
 * Finishes every login, however the user was proven: decides whether they may log in, then begins a session with its
 * tokens, or the challenge for the second factor. Fails as `admitLogin` does, and with `refusedAs` if the account
 * changed since the proof.
 */
export async function finishLogin(
  context: Context,
  { user, proof, deviceToken, known: found, caller, consume, refusedAs = 'INVALID_CREDENTIALS' }: FinishLoginInput,
): Promise<FinishedLogin> {
  await admitLogin(context, { user, caller, refusedAs });
  // M7: trust may have ended while the login waited for its hash, so the device is looked up again.
  const known = found === undefined || hasTwoFactor(user) ? await recognizeDevice(context, { userId: user.id, deviceToken }) : found;
  if (proof.aal === 1 && hasTwoFactor(user) && !isTrusted(context, known)) {
    const { data, retryAt } = await beginChallenge(context, { user, known, amr: proof.amr, caller, consume });
    return { data, codeRetryAt: retryAt };
  }
  // M6: a trusted device is not asked for the second factor. The factor was not passed, so the session stays at AAL1.
  const begun = await withTransaction(context, {
    caller,
    async work(tx) {
      const now = (await consume?.(tx)) ?? user;
      // L4: `user` decided whether a second factor is required, and that has changed since.
      if (hasTwoFactor(now) !== hasTwoFactor(user)) throw new AuthError(refusedAs);
      const session = await beginSession(tx, { user: now, known, ...proof, caller });
      return session === null ? null : { ...session, user: now };
    },
  });
  if (begun === null) throw new AuthError(refusedAs);
  const { deviceToken: newDeviceToken, ...session } = begun;
  const tokens = await issueTokens(context, session);
  return { data: { ...tokens, deviceToken: newDeviceToken, tokenType: 'Bearer', userId: user.id }, codeRetryAt: null };
}

/** True if a second factor was passed on the device and its trust has not expired. */
function isTrusted({ clock }: Context, device: RecognizedDevice | null): boolean {
  return device !== null && device.trustedUntil !== null && clock.now() < device.trustedUntil;
}
