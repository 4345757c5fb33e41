import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { SessionState } from '../../model/session-state.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import { findRowToken } from '../tokens/find-token.js';
import { challengeTokens } from './challenge-token.js';

/** Who answers a second factor: a login that waits for it, or a session that steps up. */
export type FactorSubject =
  | { readonly kind: 'challenge'; readonly user: UserRecord; readonly challenge: OneTimeTokenRecord }
  | { readonly kind: 'session'; readonly user: UserRecord; readonly state: SessionState };

export interface FindSubjectInput {
  /** From the body or the `Authorization` header. Takes precedence over a session. */
  readonly challengeToken: string | undefined;
  readonly current: SessionState | null;
  /** The user id that the client expects. */
  readonly userId?: string | undefined;
}

/** Fails with `UNAUTHENTICATED`, `INVALID_TOKEN` (no live challenge) or `FORBIDDEN` (another user's id). */
export async function findSubject(
  context: Context,
  { challengeToken, current, userId }: FindSubjectInput,
): Promise<FactorSubject> {
  const subject =
    challengeToken === undefined ? sessionSubject(current) : await challengeSubject(context, challengeToken);
  if (userId !== undefined && userId !== subject.user.id) throw new AuthError('FORBIDDEN');
  return subject;
}

function sessionSubject(current: SessionState | null): FactorSubject {
  if (current === null) throw new AuthError('UNAUTHENTICATED');
  return { kind: 'session', user: current.user, state: current };
}

async function challengeSubject(context: Context, challengeToken: string): Promise<FactorSubject> {
  const found = await findRowToken(context, { text: challengeToken, format: challengeTokens, purpose: 'challenge' });
  if (!found?.isLive || found.token.userId === null) throw new AuthError('INVALID_TOKEN');
  const { token: challenge } = found;
  const user = await context.store.users.find(found.token.userId);
  // If the password changed since the first half of the login, that half is no longer valid.
  const isCurrent = user?.disabledAt === null && user.securityVersion === challenge.payload['securityVersion'];
  if (!isCurrent) throw new AuthError('INVALID_TOKEN');
  return { kind: 'challenge', user, challenge };
}
