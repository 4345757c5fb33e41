import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { AuthEventOf } from '../../model/events.js';
import type { SessionProof } from '../../ports/store/sessions.js';
import { refuse, type TransactionContext } from '../../unit-of-work.js';
import { finishLogin, type FinishedLogin } from '../login/finish-login.js';
import { countWrongCode, isMailedCode, takeRightCode, type CodeToken } from './check-code.js';
import { findEmailLogin } from './find-email-login.js';
import { firstProof } from './first-proof.js';
import type { VerifyEmailLoginInput } from './schema.js';

/** One factor: access to the mailbox. RFC 8176 has no name for it. */
const EMAIL_PROOF: SessionProof = { amr: ['email'], aal: 1 };

/**
 * Logs in by the token of a mailed link, or by a mailed code with the token of the browser that asked for it. It ends
 * as every login does: if a second factor is on, it is required (security.md E2). The address counts as proven. If it
 * was never proven before, the account is claimed (R7) or created (`signUp`).
 *
 * An invalid, used, void or expired token, a wrong code and a disabled account are the same `INVALID_LOGIN_TOKEN`.
 * Fails with `TOO_MANY_REQUESTS` after too many wrong codes for the address, and as `finishLogin` does.
 */
export async function verifyEmailLogin(
  context: Context,
  { deviceToken, caller, ...input }: VerifyEmailLoginInput & { readonly caller: Caller },
): Promise<FinishedLogin> {
  const found = await findEmailLogin(context, input);
  if (found.token === null) return refuseLogin(context, { userId: found.userId, reason: 'invalid-token', caller });
  const { token, email, user } = found;
  if (input.code !== undefined && !isMailedCode(context, { token, code: input.code })) {
    await countWrongCode(context, { token, email, caller });
    return refuseLogin(context, { userId: token.userId, reason: 'wrong-code', caller });
  }
  const finish = { proof: EMAIL_PROOF, caller, refusedAs: 'INVALID_LOGIN_TOKEN' } as const;
  const consume = (tx: TransactionContext): Promise<void> => consumeToken(tx, { token, email });
  if (user?.emailVerifiedAt != null && user.disabledAt === null) return finishLogin(context, { ...finish, user, deviceToken, consume });
  const first = await firstProof(context, { token, user, email, consume, caller });
  if (first === null) return refuseLogin(context, { userId: user?.id ?? null, reason: 'invalid-token', caller });
  // Without the device: the devices of an earlier claimant are forgotten.
  return finishLogin(context, { ...finish, ...first, deviceToken: undefined });
}

/** R1: of two concurrent requests one wins, and it voids all other mailed logins. */
async function consumeToken(tx: TransactionContext, { token, email }: CodeToken): Promise<void> {
  const { unit, clock } = tx;
  if (token.code !== null) await takeRightCode(tx, { token, email });
  if (!(await unit.oneTimeTokens.consume(token.id, clock.now()))) throw new AuthError('INVALID_LOGIN_TOKEN');
  if (token.userId !== null) await unit.oneTimeTokens.voidAll(token.userId, ['email-login'], clock.now());
}

interface RefusedLogin {
  readonly userId: string | null;
  readonly reason: AuthEventOf<'email-login.refused'>['detail']['reason'];
  readonly caller: Caller;
}

async function refuseLogin(context: Context, { userId, reason, caller }: RefusedLogin): Promise<never> {
  const event = { type: 'email-login.refused', outcome: 'failure', userId, actorId: null, detail: { reason } } as const;
  return refuse(context, { caller, code: 'INVALID_LOGIN_TOKEN', event });
}
