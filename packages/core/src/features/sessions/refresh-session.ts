import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { SessionRecord } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { recordEvent, transact } from '../../unit-of-work.js';
import type { TransactDeps } from '../../unit-of-work.js';
import { demandVerifiedEmail } from './require-verified-email.js';
import { sessionAuth } from '../../model/auth-block.js';
import { issueAccessToken } from './issue-access-token.js';
import { deriveRefreshToken } from './refresh-token.js';
import { isLive } from '../../services/session-cache.js';
import { presentRefreshToken } from './present-refresh-token.js';
import type { PresentedToken } from './present-refresh-token.js';
import type { RefreshData } from './schema.js';

export type RefreshSessionDeps = TransactDeps & Pick<Deps, 'settings' | 'keyring' | 'accessTokens'>;

interface Attempt {
  readonly presented: PresentedToken;
  readonly caller: Caller;
}

/**
 * Trades a refresh token for the next one and an access token.
 *
 * - The current token moves the session on by one, whatever number of requests bring it at once (security.md S3).
 * - The one before it, within the grace, gets the same successor again: two tabs or a lost answer log nobody out (S1).
 * - Any older one is a stolen one, or the thief's: the session ends before the answer is sent (S2).
 *
 * Fails with `INVALID_REFRESH_TOKEN`, `REFRESH_TOKEN_REUSED`, `SESSION_EXPIRED` or, where verified addresses are demanded,
 * `EMAIL_NOT_VERIFIED`.
 */
export async function refreshSession(
  deps: RefreshSessionDeps,
  { refreshToken, caller }: { readonly refreshToken: string; readonly caller: Caller },
): Promise<RefreshData> {
  const presented = await presentRefreshToken(deps, refreshToken);
  const rotated = await rotate(deps, { presented, caller });
  // Lost to a parallel refresh with the same token: what it left is read anew, and the grace applies.
  const session = rotated ?? (await repeat(deps, { presented: await presentRefreshToken(deps, refreshToken), caller }));
  return answer(deps, { session, user: presented.user });
}

/** Moves the session on if the token is the current one; `null` where it is not, or not any more. */
async function rotate(
  deps: RefreshSessionDeps,
  { presented, caller }: Attempt,
): Promise<SessionRecord | null> {
  await refuseEnded(deps, { presented, caller });
  const { session, user, counter } = presented;
  if (counter !== session.refreshCounter) return null;
  await demandVerifiedEmail(deps, { user, sessionId: session.id, caller });
  const now = deps.clock.now();
  const idleExpiresAt = Math.min(now + deps.settings.session.idleTtl, session.expiresAt);
  const won = await transact(deps, {
    caller,
    async work(unit) {
      const moved = await unit.sessions.rotate(session.id, counter, { now, idleExpiresAt });
      if (!moved) return false;
      unit.forgetState(user.id);
      await unit.record({ type: 'session.refreshed', outcome: 'success', userId: user.id, sessionId: session.id });
      return true;
    },
  });
  return won ? { ...session, refreshCounter: counter + 1, rotatedAt: now, lastUsedAt: now, idleExpiresAt } : null;
}

/** The answer to a token that is not the current one. */
async function repeat(
  deps: RefreshSessionDeps,
  { presented, caller }: Attempt,
): Promise<SessionRecord> {
  const { session, user, counter } = presented;
  await refuseEnded(deps, { presented, caller });
  // Counted from the first use, which moved the counter; a repetition does not move it, so it extends nothing.
  const usedAt = session.rotatedAt ?? 0;
  const isPrevious = counter === session.refreshCounter - 1;
  if (isPrevious && deps.clock.now() - usedAt <= deps.settings.session.refreshGrace) {
    await demandVerifiedEmail(deps, { user, sessionId: session.id, caller });
    return session;
  }
  await transact(deps, {
    caller,
    async work(unit) {
      const at = deps.clock.now();
      const ended = await unit.sessions.revoke(session.id, at, 'refresh-token-reuse');
      unit.forgetState(user.id);
      await unit.record({
        type: 'session.reused',
        outcome: 'failure',
        userId: user.id,
        actorId: null,
        sessionId: session.id,
        detail: { ended, generationsBehind: session.refreshCounter - counter },
      });
    },
  });
  // Thrown after the commit: the revocation stays although the request fails.
  throw new AuthError('REFRESH_TOKEN_REUSED');
}

async function refuseEnded(
  deps: RefreshSessionDeps,
  { presented: { session, user }, caller }: Attempt,
): Promise<void> {
  if (isLive({ session, user }, deps.clock.now())) return;
  await recordEvent(deps, {
    caller,
    event: {
      type: 'session.refresh-refused',
      outcome: 'failure',
      userId: user.id,
      sessionId: session.id,
      detail: { reason: session.revokeReason ?? (user.disabledAt === null ? 'expired' : 'disabled-account') },
    },
  });
  throw new AuthError('SESSION_EXPIRED');
}

async function answer(
  deps: RefreshSessionDeps,
  state: { readonly session: SessionRecord; readonly user: UserRecord },
): Promise<RefreshData> {
  const { accessToken, expiresAt } = await issueAccessToken(deps, state);
  return {
    accessToken,
    refreshToken: deriveRefreshToken(deps.keyring, state.session),
    expiresAt: isoTime(expiresAt),
    auth: sessionAuth(deps, state),
  };
}
