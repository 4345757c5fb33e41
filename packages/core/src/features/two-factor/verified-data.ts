import type { Context } from '../../context.js';
import { isoTime } from '../../foundation/iso-time.js';
import { sessionAuth } from '../../model/auth-block.js';
import { toUser } from '../../model/user.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { InsertedSession } from '../sessions/insert-session.js';
import { issueAccessToken } from '../sessions/issue-access-token.js';
import type { VerifyData } from './schema.js';

/** A session that passed a second factor. A step-up keeps the device token that the client has. */
export type PassedSession = InsertedSession & { readonly deviceToken?: string };

/** The answer to a second factor that was passed: the session's new tokens and its user. */
export async function verifiedData(
  context: Context,
  { passed, user }: { readonly passed: PassedSession; readonly user: UserRecord },
): Promise<VerifyData> {
  const { session, refreshToken, deviceToken } = passed;
  const state = { session, user };
  const { accessToken, expiresAt } = await issueAccessToken(context, state);
  return {
    accessToken,
    refreshToken,
    ...(deviceToken === undefined ? {} : { deviceToken }),
    tokenType: 'Bearer',
    user: toUser(context, user),
    expiresAt: isoTime(expiresAt),
    auth: sessionAuth(context, state),
  };
}
