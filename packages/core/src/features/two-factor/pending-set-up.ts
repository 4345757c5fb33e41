import type { SessionState } from '../../model/session-state.js';
import type { FactorRecord } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { newOneTimeToken } from '../tokens/new-one-time-token.js';
import { matchesSentCode, MAX_CODE_ATTEMPTS } from '../tokens/sent-code.js';
import { totpSecretOf } from './check-second-factor.js';
import { totpStep } from './totp.js';

/** How long a set-up waits for its confirmation (security.md M6). */
const SET_UP_TTL_MS = 10 * 60_000;

/** A set-up and its one-time token. The set-up ends when the token is used, expires or is voided. */
export interface PendingSetUp {
  readonly factor: FactorRecord;
  readonly token: OneTimeTokenRecord;
}

/** Stores the token of a set-up. Whatever voids the user's tokens, such as a password reset, also voids the set-up. */
export async function insertSetUpToken(context: TransactionContext, { id, userId }: FactorRecord): Promise<OneTimeTokenRecord> {
  const token = newOneTimeToken(context, { userId, purpose: 'factor-setup', subjectId: id, ttlMs: SET_UP_TTL_MS });
  await context.unit.oneTimeTokens.insert(token);
  return token;
}

/** The newest set-up that this session began and that is still pending. */
export async function findPendingSetUp(
  { unit, clock }: TransactionContext,
  { user, session }: SessionState,
): Promise<PendingSetUp | null> {
  for (const factor of await unit.factors.list(user.id)) {
    if (factor.confirmedAt !== null || factor.sessionId !== session.id) continue;
    const subject = { userId: user.id, purpose: 'factor-setup', subjectId: factor.id } as const;
    const token = await unit.oneTimeTokens.findLiveOf(subject, clock.now());
    if (token !== null) return { factor, token };
  }
  return null;
}

/** Confirms the set-up if the code shows that the factor works. `not-pending`: another request was faster. */
export async function confirmSetUp(
  context: TransactionContext,
  { factor, token, code }: PendingSetUp & { readonly code: string },
): Promise<'confirmed' | 'wrong' | 'not-pending'> {
  const { unit, clock } = context;
  const now = clock.now();
  const step = factor.method === 'totp' ? totpStep({ secret: totpSecretOf(context, factor), code, now }) : null;
  const isRight = factor.method === 'totp' ? step !== null : await isSentCode(context, { token, code });
  if (!isRight) return 'wrong';
  const isConsumed = await unit.oneTimeTokens.consume(token.id, now);
  return isConsumed && (await unit.factors.confirm(factor.id, now, step)) ? 'confirmed' : 'not-pending';
}

async function isSentCode(
  context: TransactionContext,
  { token, code }: { readonly token: OneTimeTokenRecord; readonly code: string },
): Promise<boolean> {
  if (token.code === null) return false;
  const isCounted = await context.unit.oneTimeTokens.takeAttempt(token.id, MAX_CODE_ATTEMPTS, context.clock.now());
  return isCounted && matchesSentCode(context, { tokenId: token.id, code, sent: token.code });
}
