import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { AuthBlock } from '../../model/auth-block.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import type { SessionState } from '../../model/session-state.js';
import type { FactorRecord } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { insertSetUpToken } from './pending-set-up.js';

/** Stores the set-up, and returns its token. */
export async function beginFactor(context: TransactionContext, factor: FactorRecord): Promise<OneTimeTokenRecord> {
  const { unit } = context;
  // M6: the store refuses if the method is on, so that a confirmed factor is never overwritten.
  if (!(await unit.factors.begin(factor))) throw new AuthError('TWO_FACTOR_ALREADY_ENABLED');
  await unit.record({
    type: 'two-factor.set-up-begun',
    outcome: 'success',
    userId: factor.userId,
    sessionId: factor.sessionId,
    detail: { method: factor.method },
  });
  return insertSetUpToken(context, factor);
}

export type NewFactor = Pick<FactorRecord, 'method'> & Partial<FactorRecord> & { readonly current: SessionState };

/** A set-up of this session. */
export function newFactor({ clock, makeId }: Context, { current, ...fields }: NewFactor): FactorRecord {
  return {
    id: makeId(),
    userId: current.user.id,
    sealedSecret: null,
    destination: null,
    sessionId: current.session.id,
    createdAt: clock.now(),
    confirmedAt: null,
    lastStep: null,
    ...fields,
  };
}

/** What the session may do while the set-up is pending. */
export function pendingAuth({ user, session }: SessionState): AuthBlock {
  const enable = hasTwoFactor(user);
  return { hasAccessToken: true, enable, status: 'NEEDS_SETUP', verified: enable && session.aal === 2 };
}
