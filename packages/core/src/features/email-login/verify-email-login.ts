import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { AuthEventOf } from '../../model/events.js';
import { isLiveToken } from '../../model/one-time-token.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { SessionProof } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { recordRefusal } from '../../unit-of-work.js';
import { finishLogin } from '../login/finish-login.js';
import type { FinishedLogin } from '../login/finish-login.js';
import { hashLinkToken } from '../tokens/link-token.js';
import { isRowOf } from '../tokens/row-token.js';
import { countWrongCode, isMailedCode, takeRightCode } from './check-code.js';
import { firstProof } from './first-proof.js';
import { loginTokens } from './login-token.js';
import type { VerifyEmailLoginInput } from './schema.js';

/** One factor: access to the mailbox. RFC 8176 has no name for it. */
const EMAIL_PROOF: SessionProof = { amr: ['email'], aal: 1 };

/**
 * Logs in by the token of a mailed link, or by a mailed code with the token of the browser that asked for it. It ends
 * as every login does: if a second factor is on, it is asked for (security.md E2). The address counts as proven. If it
 * was never proven before, the account is claimed (R7) or created (`signUp`).
 *
 * An invalid, used, void or expired token, a wrong code and a disabled account are the same `INVALID_LOGIN_TOKEN`.
 * Fails with `TOO_MANY_REQUESTS` after too many wrong codes for the address, and as `finishLogin` does.
 */
export async function verifyEmailLogin(
  context: Context,
  { deviceToken, caller, ...input }: VerifyEmailLoginInput & { readonly caller: Caller },
): Promise<FinishedLogin> {
  const token = await findToken(context, input);
  const email = token?.payload['email'];
  if (token === null || typeof email !== 'string' || !isLiveToken(token, context.clock.now())) {
    return refuse(context, { userId: token?.userId ?? null, reason: 'invalid-token', caller });
  }
  const user = await findOwner(context, { token, email });
  // R1: the mail is older than the account, so that nothing which happened to the account has voided it.
  if (token.userId === null && user?.emailVerifiedAt != null) return refuse(context, { userId: user.id, reason: 'invalid-token', caller });
  if (input.code !== undefined && !isMailedCode(context, { token, code: input.code })) {
    await countWrongCode(context, { token, email, caller });
    return refuse(context, { userId: token.userId, reason: 'wrong-code', caller });
  }
  const finish = { proof: EMAIL_PROOF, caller, refusedAs: 'INVALID_LOGIN_TOKEN' } as const;
  const consume = (tx: TransactionContext): Promise<void> => consumeToken(tx, { token, email });
  if (user?.emailVerifiedAt != null && user.disabledAt === null) return finishLogin(context, { ...finish, user, deviceToken, consume });
  const first = await firstProof(context, { token, user, email, consume, caller });
  if (first === null) return refuse(context, { userId: user?.id ?? null, reason: 'invalid-token', caller });
  // Without the device: the devices of an earlier claimant are forgotten.
  return finishLogin(context, { ...finish, ...first, deviceToken: undefined });
}

/**
 * The token of the link, or the token that the code belongs to. The row of a link has no code, so that it cannot be
 * guessed.
 */
async function findToken({ store }: Context, { token, loginToken }: VerifyEmailLoginInput): Promise<OneTimeTokenRecord | null> {
  if (token !== undefined) {
    const found = await store.oneTimeTokens.findByHash(hashLinkToken(token), ['email-login']);
    return found?.code === null ? found : null;
  }
  const claim = loginToken === undefined ? null : loginTokens.parse(loginToken);
  const found = claim === null ? null : await store.oneTimeTokens.find(claim.id);
  return claim !== null && found?.purpose === 'email-login' && isRowOf(claim, found) ? found : null;
}

/** The present owner of the address. The user it was mailed to may have changed their address since. */
async function findOwner(
  { store }: Context,
  { token, email }: { readonly token: OneTimeTokenRecord; readonly email: string },
): Promise<UserRecord | null> {
  if (token.userId === null) return store.users.findByEmail(email);
  const user = await store.users.find(token.userId);
  return user?.email === email ? user : null;
}

/** R1: of two concurrent requests one wins, and it voids all other mailed logins. */
async function consumeToken(
  tx: TransactionContext,
  { token, email }: { readonly token: OneTimeTokenRecord; readonly email: string },
): Promise<void> {
  const { unit, clock } = tx;
  if (token.code !== null) await takeRightCode(tx, { token, email });
  if (!(await unit.oneTimeTokens.consume(token.id, clock.now()))) throw new AuthError('INVALID_LOGIN_TOKEN');
  if (token.userId !== null) await unit.oneTimeTokens.voidAll(token.userId, ['email-login'], clock.now());
}

interface Refusal {
  readonly userId: string | null;
  readonly reason: AuthEventOf<'email-login.refused'>['detail']['reason'];
  readonly caller: Caller;
}

async function refuse(context: Context, { userId, reason, caller }: Refusal): Promise<never> {
  await recordRefusal(context, {
    caller,
    event: { type: 'email-login.refused', outcome: 'failure', userId, actorId: null, detail: { reason } },
  });
  throw new AuthError('INVALID_LOGIN_TOKEN');
}
