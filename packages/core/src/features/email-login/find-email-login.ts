import type { Context } from '../../context.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import { findRowToken, findToken, type FoundToken } from '../tokens/find-token.js';
import { loginTokens } from './login-token.js';
import type { VerifyEmailLoginInput } from './schema.js';

/** A mailed login that is still valid. */
export interface EmailLogin {
  readonly token: OneTimeTokenRecord;
  readonly email: string;
  /** The present owner of the address; `null` if it has no account. */
  readonly user: UserRecord | null;
}

/** A mailed login that is not valid: the user it was mailed to, if known. */
export interface InvalidEmailLogin {
  readonly token: null;
  readonly userId: string | null;
}

/** The login by email that a link, or a code with the token of its browser, belongs to. It is not used up. */
export async function findEmailLogin(context: Context, input: VerifyEmailLoginInput): Promise<EmailLogin | InvalidEmailLogin> {
  const found = await findRow(context, input);
  const email = found?.token.payload['email'];
  if (!found?.isLive || typeof email !== 'string') return { token: null, userId: found?.token.userId ?? null };
  const { token } = found;
  const user = await findOwner(context, { userId: token.userId, email });
  // R1: the mail is older than the account, so that nothing which happened to the account has voided it.
  if (token.userId === null && user?.emailVerifiedAt != null) return { token: null, userId: user.id };
  return { token, email, user };
}

/** The row of a link has no code, so that it cannot be guessed. */
async function findRow(context: Context, { token: secret, loginToken }: VerifyEmailLoginInput): Promise<FoundToken | null> {
  if (secret !== undefined) {
    const found = await findToken(context, { secret, purposes: ['email-login'] });
    return found?.token.code === null ? found : null;
  }
  return loginToken === undefined ? null : findRowToken(context, { text: loginToken, format: loginTokens, purpose: 'email-login' });
}

/** The user it was mailed to may have changed their address since. */
async function findOwner(
  { store }: Context,
  { userId, email }: { readonly userId: string | null; readonly email: string },
): Promise<UserRecord | null> {
  if (userId === null) return store.users.findByEmail(email);
  const user = await store.users.find(userId);
  return user?.email === email ? user : null;
}
