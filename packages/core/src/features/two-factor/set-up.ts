import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { SessionState } from '../../model/session-state.js';
import { requirePasskeyFirst } from '../passkeys/require-passkey-first.js';
import { isOffered } from './factor-delivery.js';
import { canonicalPhone } from './phone.js';
import type { SetUpData, SetUpInput } from './schema.js';
import { setUpCode } from './set-up-code.js';
import { setUpTotp } from './set-up-totp.js';

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

function invalid(path: string, message: string): AuthError {
  return new AuthError('VALIDATION_FAILED', { issues: [{ path, message }] });
}
