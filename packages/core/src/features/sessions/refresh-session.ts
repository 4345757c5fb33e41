import { isLive, isSuccessorSeen } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { NewEvent } from '../../model/events.js';
import type { SessionRecord, SessionRotation } from '../../ports/store/sessions.js';
import { emitEvent, invalidateSessions, refuse, withTransaction } from '../../unit-of-work.js';
import { requireVerifiedEmail } from './require-verified-email.js';
import { issueTokens } from './issue-tokens.js';
import { deriveRefreshToken } from './refresh-token.js';
import { resolveRefreshToken, type PresentedToken } from './resolve-refresh-token.js';
import type { SessionTokens } from './schema.js';

interface Attempt {
  readonly presented: PresentedToken;
  readonly caller: Caller;
}

/**
 * Trades a refresh token for the next one and an access token.
 *
 * - The current token advances the session by one, however many requests send it at once (security.md S3).
 * - The previous token returns the same successor again, within the grace (S1) and until the successor was seen in use
 *   (S8): two tabs or a lost answer do not log the user out.
 * - Any older token was stolen, or belongs to the owner whose token was stolen: the session ends before the answer is
 *   sent (S2).
 *
 * Fails with `INVALID_REFRESH_TOKEN`, `REFRESH_TOKEN_REUSED`, `SESSION_EXPIRED` or, if verified addresses are required,
 * `EMAIL_NOT_VERIFIED`.
 */
export async function refreshSession(
  context: Context,
  { refreshToken, caller }: { readonly refreshToken: string; readonly caller: Caller },
): Promise<SessionTokens> {
  const presented = await resolveRefreshToken(context, refreshToken);
  const rotated = await rotate(context, { presented, caller });
  // A concurrent refresh with the same token was faster: read the session again and apply the grace.
  const session = rotated ?? (await repeat(context, { presented: await resolveRefreshToken(context, refreshToken), caller }));
  return issueTokens(context, { session, user: presented.user, refreshToken: deriveRefreshToken(context.keyring, session) });
}

/** Advances the session if the token is the current one; `null` if it is not, or no longer. */
async function rotate(
  context: Context,
  { presented, caller }: Attempt,
): Promise<SessionRecord | null> {
  await refuseEnded(context, { presented, caller });
  const { session, user, counter } = presented;
  if (counter !== session.refreshCounter) return null;
  await requireVerifiedEmail(context, { user, sessionId: session.id, caller });
  const now = context.clock.now();
  const idleExpiresAt = Math.min(now + context.settings.session.idleTtl, session.expiresAt);
  const event = { type: 'session.refreshed', outcome: 'success', userId: user.id, sessionId: session.id } as const;
  const rotation = { now, idleExpiresAt };
  const won = context.settings.audit.refreshes
    ? await rotateWithEvent(context, { presented, caller, event, rotation })
    : await rotateAlone(context, { presented, caller, event, rotation });
  return won ? { ...session, refreshCounter: counter + 1, rotatedAt: now, lastUsedAt: now, idleExpiresAt } : null;
}

interface Rotation extends Attempt {
  readonly event: NewEvent;
  readonly rotation: SessionRotation;
}

/** A single statement, which is atomic without a transaction. Its event is published, but not stored (G1). */
async function rotateAlone(context: Context, { presented, caller, event, rotation }: Rotation): Promise<boolean> {
  const { session, user, counter } = presented;
  try {
    const moved = await context.store.sessions.rotate(session.id, counter, rotation);
    if (moved) emitEvent(context, { caller, event });
    return moved;
  } finally {
    // After a failure too: the session may have advanced although the answer was lost.
    invalidateSessions(context, [user.id]);
  }
}

async function rotateWithEvent(context: Context, { presented, caller, event, rotation }: Rotation): Promise<boolean> {
  return withTransaction(context, {
    caller,
    async work({ unit }) {
      unit.invalidateSessionCache(presented.user.id);
      const moved = await unit.sessions.rotate(presented.session.id, presented.counter, rotation);
      if (moved) await unit.record(event);
      return moved;
    },
  });
}

/** The answer to a token that is not the current one. */
async function repeat(
  context: Context,
  { presented, caller }: Attempt,
): Promise<SessionRecord> {
  const { session, user, counter } = presented;
  await refuseEnded(context, { presented, caller });
  // Counted from the first use, which advanced the counter. A repetition does not advance it, so it does not extend the
  // grace.
  const isInGrace = context.clock.now() - (session.rotatedAt ?? 0) <= context.settings.session.refreshGrace;
  // S8: the successor has not been used yet, so its answer was lost, however long ago that was.
  if (counter === session.refreshCounter - 1 && (isInGrace || !isSuccessorSeen(session))) {
    await requireVerifiedEmail(context, { user, sessionId: session.id, caller });
    return session;
  }
  await withTransaction(context, {
    caller,
    async work({ unit }) {
      const at = context.clock.now();
      const ended = await unit.sessions.revoke(session.id, at, 'refresh-token-reuse');
      unit.invalidateSessionCache(user.id);
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
  // Thrown after the commit: the revocation is kept although the request fails.
  throw new AuthError('REFRESH_TOKEN_REUSED');
}

async function refuseEnded(
  context: Context,
  { presented: { session, user }, caller }: Attempt,
): Promise<void> {
  if (isLive({ session, user }, context.clock.now())) return;
  await refuse(context, {
    caller,
    code: 'SESSION_EXPIRED',
    event: {
      type: 'session.refresh-refused',
      outcome: 'failure',
      userId: user.id,
      sessionId: session.id,
      detail: { reason: session.revokeReason ?? (user.disabledAt === null ? 'expired' : 'disabled-account') },
    },
  });
}
