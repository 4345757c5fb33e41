import type { Context } from '../../context.js';
import { seal } from '../../crypto/sealed.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { AuthBlock } from '../../model/auth-block.js';
import type { Caller } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import type { SessionState } from '../../model/session-state.js';
import type { FactorRecord } from '../../ports/store/factors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { withTransaction } from '../../unit-of-work.js';
import { requirePasskeyFirst } from '../passkeys/require-passkey-first.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { isOffered, maskDestination } from './factor-delivery.js';
import { insertSetUpToken } from './pending-set-up.js';
import { canonicalPhone } from './phone.js';
import type { CodeSetUpData, SetUpData, SetUpInput, TotpSetUpData } from './schema.js';
import { sendCode } from './send-code.js';
import { makeTotpSecret, totpQrCode, totpUri } from './totp.js';

export interface SetUpRequest extends SetUpInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Begins the set-up of a second factor. It belongs to this session and expires after ten minutes; the factor is not on
 * until `enable` confirms it. Fails with `TWO_FACTOR_ALREADY_ENABLED`, `TOO_MANY_REQUESTS`, and `VALIDATION_FAILED` for
 * a method that is not offered.
 */
export async function setUp(context: Context, { method = 'totp', phone, ...request }: SetUpRequest): Promise<SetUpData> {
  if (!isOffered(context, method)) throw invalid('method', 'is not offered by this application');
  await requirePasskeyFirst(context, request.current);
  if (method === 'totp') return setUpTotp(context, request);
  const { user } = request.current;
  const given = phone === undefined ? user.phone : await canonicalPhone(context, phone);
  const destination = method === 'email' ? user.email : given;
  if (destination === null) throw invalid('phone', 'is required');
  return setUpCode(context, { ...request, method, destination });
}

async function setUpTotp(context: Context, { current, caller }: Pick<SetUpRequest, 'current' | 'caller'>): Promise<TotpSetUpData> {
  const { user } = current;
  const secret = makeTotpSecret(context.random);
  const sealedSecret = seal(context, { plain: secret, context: `totp:${user.id}` });
  const factor = newFactor(context, { current, method: 'totp', sealedSecret });
  await withTransaction(context, { caller, work: (tx) => begin(tx, factor) });
  const otpauthUrl = totpUri({ secret, issuer: context.settings.appName, account: user.email });
  return { method: 'totp', secret, otpauthUrl, qrCode: await totpQrCode(otpauthUrl), auth: pendingAuth(current) };
}

type CodeSetUp = Pick<SetUpRequest, 'current' | 'caller'> & { readonly method: 'sms' | 'email'; readonly destination: string };

async function setUpCode(context: Context, { current, caller, method, destination }: CodeSetUp): Promise<CodeSetUpData> {
  const factor = newFactor(context, { current, method, destination });
  const expiresAt = await withTransaction(context, {
    caller,
    async work(tx) {
      const token = await begin(tx, factor);
      const { userId } = factor;
      const sent = await sendCode(tx, { tokenId: token.id, userId, method, destination, use: 'set-up', caller });
      // Thrown in the transaction: an earlier set-up, whose code was just sent, is kept.
      if (sent.kind === 'limited') throw tooManyRequests(context, sent.retryAt);
      return sent.expiresAt;
    },
  });
  return { method, destination: maskDestination(destination), expiresAt: isoTime(expiresAt), auth: pendingAuth(current) };
}

async function begin(context: TransactionContext, factor: FactorRecord): Promise<OneTimeTokenRecord> {
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

type NewFactor = Pick<FactorRecord, 'method'> & Partial<FactorRecord> & { readonly current: SessionState };

function newFactor({ clock, makeId }: Context, { current, ...fields }: NewFactor): FactorRecord {
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

function pendingAuth({ user, session }: SessionState): AuthBlock {
  const enable = hasTwoFactor(user);
  return { hasAccessToken: true, enable, status: 'NEEDS_SETUP', verified: enable && session.aal === 2 };
}

function invalid(path: string, message: string): AuthError {
  return new AuthError('VALIDATION_FAILED', { issues: [{ path, message }] });
}
