import { hasTwoFactor } from '../../model/factor-policy.js';
import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { seal } from '../../crypto/sealed.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { FactorMethod, FactorRecord } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import { withTransaction } from '../../unit-of-work.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import type { AuthBlock } from '../../model/auth-block.js';
import { maskDestination } from './mask.js';
import { isOffered } from './is-offered.js';
import type { SetUpData, SetUpInput } from './schema.js';
import { sendCode } from './send-code.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { makeTotpSecret, totpQrCode, totpUri } from './totp.js';

/** How long a set-up waits for its confirmation (security.md M6). */
export const SET_UP_TTL_MS: number = 10 * 60_000;

export interface SetUpRequest extends SetUpInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Begins the set-up of a second factor. It belongs to this session and lapses after ten minutes; nothing is on until
 * `enable` confirms it. Fails with `TWO_FACTOR_ALREADY_ENABLED`, `VALIDATION_FAILED` for a method that is not offered, and
 * `TOO_MANY_REQUESTS`.
 */
export async function setUp(
  context: Context,
  { method = 'totp', phone, current, caller }: SetUpRequest,
): Promise<SetUpData> {
  if (!isOffered(context, method)) throw invalid('method', 'is not offered by this application');
  const auth: AuthBlock = {
    hasAccessToken: true,
    enable: hasTwoFactor(current.user),
    status: 'NEEDS_SETUP',
    verified: hasTwoFactor(current.user) && current.session.aal === 2,
  };
  if (method === 'totp') return setUpTotp(context, { current, caller, auth });
  const destination = method === 'email' ? current.user.email : (phone ?? current.user.phone);
  if (destination === null) throw invalid('phone', 'is required');
  const factor = { ...newFactor(context, { current, method }), destination };
  const expiresAt = await withTransaction(context, {
    caller,
    async work(tx) {
      const { unit } = tx;
      await begin(unit, factor);
      const token = setUpToken(context, factor);
      await unit.oneTimeTokens.insert(token);
      const sent = await sendCode(tx, { tokenId: token.id, userId: factor.userId, method, destination });
      // Thrown here, so that the set-up whose code was sent a moment ago stays.
      if (sent.kind === 'limited') throw tooManyRequests(context, sent.retryAt);
      return sent.expiresAt;
    },
  });
  return { method, destination: maskDestination(destination), expiresAt: isoTime(expiresAt), auth };
}

async function setUpTotp(
  context: Context,
  { current, caller, auth }: { readonly current: SessionState; readonly caller: Caller; readonly auth: AuthBlock },
): Promise<SetUpData> {
  const { user } = current;
  const secret = makeTotpSecret(context.random);
  const sealedSecret = seal(context, { plain: secret, context: `totp:${user.id}` });
  const factor = { ...newFactor(context, { current, method: 'totp' }), sealedSecret };
  await withTransaction(context, { caller, work: ({ unit }) => begin(unit, factor) });
  const otpauthUrl = totpUri({ secret, issuer: context.settings.appName, account: user.email });
  return { method: 'totp', secret, otpauthUrl, qrCode: await totpQrCode(otpauthUrl), auth };
}

async function begin(unit: UnitOfWork, factor: FactorRecord): Promise<void> {
  // M6: the store says no where the method is on already; a confirmed factor is never overwritten.
  if (!(await unit.factors.begin(factor))) throw new AuthError('TWO_FACTOR_ALREADY_ENABLED');
  await unit.record({
    type: 'two-factor.set-up-begun',
    outcome: 'success',
    userId: factor.userId,
    sessionId: factor.sessionId,
    detail: { method: factor.method },
  });
}

function newFactor(
  { clock, makeId }: Context,
  { current, method }: { readonly current: SessionState; readonly method: FactorMethod },
): FactorRecord {
  return {
    id: makeId(),
    userId: current.user.id,
    method,
    sealedSecret: null,
    destination: null,
    sessionId: current.session.id,
    createdAt: clock.now(),
    confirmedAt: null,
    lastStep: null,
  };
}

function setUpToken({ clock, makeId }: Context, factor: FactorRecord): OneTimeTokenRecord {
  const now = clock.now();
  return {
    id: makeId(),
    userId: factor.userId,
    purpose: 'factor-setup',
    secretHash: null,
    subjectId: factor.id,
    code: null,
    payload: {},
    attempts: 0,
    createdAt: now,
    expiresAt: now + SET_UP_TTL_MS,
    consumedAt: null,
  };
}

function invalid(path: string, message: string): AuthError {
  return new AuthError('VALIDATION_FAILED', { issues: [{ path, message }] });
}
