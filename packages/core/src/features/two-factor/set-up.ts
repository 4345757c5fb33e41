import { seal } from '../../crypto/sealed.js';
import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { FactorMethod, FactorRecord } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import { transact } from '../../unit-of-work.js';
import type { TransactDeps, UnitOfWork } from '../../unit-of-work.js';
import type { AuthBlock } from '../../model/auth-block.js';
import type { SessionState } from '../../services/session-cache.js';
import { maskDestination } from './mask.js';
import { isOffered } from './methods.js';
import type { SetUpData, SetUpInput } from './schema.js';
import { sendCode } from './send-code.js';
import type { SendCodeDeps } from './send-code.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { makeTotpSecret, totpQrCode, totpUri } from './totp.js';

/** How long a set-up waits for its confirmation (security.md M6). */
export const SET_UP_TTL_MS: number = 10 * 60_000;

export type SetUpDeps = TransactDeps & Omit<SendCodeDeps, 'unit'> & Pick<Deps, 'channels'>;

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
  deps: SetUpDeps,
  { method = 'totp', phone, current, caller }: SetUpRequest,
): Promise<SetUpData> {
  if (!isOffered(deps, method)) throw invalid('method', 'is not offered by this application');
  const auth: AuthBlock = {
    hasAccessToken: true,
    enable: current.user.twoFactorEnabledAt !== null,
    status: 'NEEDS_SETUP',
    verified: current.user.twoFactorEnabledAt !== null && current.session.aal === 2,
  };
  if (method === 'totp') return setUpTotp(deps, { current, caller, auth });
  const destination = method === 'email' ? current.user.email : (phone ?? current.user.phone);
  if (destination === null) throw invalid('phone', 'is required');
  const factor = { ...newFactor(deps, { current, method }), destination };
  const expiresAt = await transact(deps, {
    caller,
    async work(unit) {
      await begin(unit, factor);
      const token = setUpToken(deps, factor);
      await unit.oneTimeTokens.insert(token);
      const sent = await sendCode({ ...deps, unit }, { tokenId: token.id, userId: factor.userId, method, destination });
      // Thrown here, so that the set-up whose code was sent a moment ago stays.
      if (sent.kind === 'limited') throw tooManyRequests(deps, sent.retryAt);
      return sent.expiresAt;
    },
  });
  return { method, destination: maskDestination(destination), expiresAt: isoTime(expiresAt), auth };
}

async function setUpTotp(
  deps: SetUpDeps,
  { current, caller, auth }: { readonly current: SessionState; readonly caller: Caller; readonly auth: AuthBlock },
): Promise<SetUpData> {
  const { user } = current;
  const secret = makeTotpSecret(deps.random);
  const sealedSecret = seal(deps, { plain: secret, context: `totp:${user.id}` });
  const factor = { ...newFactor(deps, { current, method: 'totp' }), sealedSecret };
  await transact(deps, { caller, work: (unit) => begin(unit, factor) });
  const otpauthUrl = totpUri({ secret, issuer: deps.settings.appName, account: user.email });
  return { method: 'totp', secret, otpauthUrl, qrCode: await totpQrCode(otpauthUrl), auth };
}

async function begin(unit: UnitOfWork, factor: FactorRecord): Promise<void> {
  // M6: the verb says no where the method is on already; a confirmed factor is never overwritten.
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
  { clock, makeId }: Pick<Deps, 'clock' | 'makeId'>,
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

function setUpToken({ clock, makeId }: Pick<Deps, 'clock' | 'makeId'>, factor: FactorRecord): OneTimeTokenRecord {
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
