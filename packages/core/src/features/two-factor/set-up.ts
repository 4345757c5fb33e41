import type { Context } from '../../context.js';
import { invalidField } from '../../errors.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { requirePasskeyFirst } from '../passkeys/require-passkey-first.js';
import { isOffered } from './factor-delivery.js';
import { canonicalPhone } from './phone.js';
import type { SetUpData, SetUpInput } from './schema.js';
import { setUpCode } from './set-up-code.js';
import { setUpTotp } from './set-up-totp.js';

export type SetUpRequest = SetUpInput & AuthenticatedRequest;

/**
 * Begins the set-up of a second factor. It belongs to this session and expires after ten minutes; the factor is not on
 * until `enable` confirms it. Fails with `TWO_FACTOR_ALREADY_ENABLED`, `TOO_MANY_REQUESTS`, and `VALIDATION_FAILED` for
 * a method that is not offered.
 */
export async function setUp(context: Context, { method = 'totp', phone, ...request }: SetUpRequest): Promise<SetUpData> {
  if (!isOffered(context, method)) throw invalidField('method', 'is not offered by this application');
  await requirePasskeyFirst(context, request.current);
  if (method === 'totp') return setUpTotp(context, request);
  const { user } = request.current;
  const given = phone === undefined ? user.phone : await canonicalPhone(context, phone);
  const destination = method === 'email' ? user.email : given;
  if (destination === null) throw invalidField('phone', 'is required');
  return setUpCode(context, { ...request, method, destination });
}
