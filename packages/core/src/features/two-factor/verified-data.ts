import type { Context } from '../../context.js';
import { toUser } from '../../model/user.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { InsertedSession } from '../sessions/insert-session.js';
import { issueTokens } from '../sessions/issue-tokens.js';
import type { VerifyData } from './schema.js';

/** A session that passed a second factor. A step-up keeps the device token that the client has. */
export type PassedSession = InsertedSession & { readonly deviceToken?: string };

/** The answer to a second factor that was passed: the session's new tokens and its user. */
export async function verifiedData(
  context: Context,
  { passed, user }: { readonly passed: PassedSession; readonly user: UserRecord },
): Promise<VerifyData> {
  const { deviceToken, ...session } = passed;
  const tokens = await issueTokens(context, { ...session, user });
  return { ...tokens, ...(deviceToken !== undefined && { deviceToken }), tokenType: 'Bearer', user: toUser(context, user) };
}
