import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import { PASSKEY_PROOF } from '../../model/passkey-proof.js';
import { toUser } from '../../model/user.js';
import { finishLogin } from '../login/finish-login.js';
import type { VerifyData } from '../two-factor/schema.js';
import type { ProvenPasskey } from './prove-passkey.js';
import { usePasskey } from './use-passkey.js';

export interface PasskeyLogin {
  readonly proven: ProvenPasskey;
  /** Of a device that has logged in before. */
  readonly deviceToken: string | undefined;
  readonly caller: Caller;
}

/** Logs in the owner of a proven passkey. Throws `PasskeyRefusal`, and fails as `finishLogin` does. */
export async function logInByPasskey(context: Context, { proven, deviceToken, caller }: PasskeyLogin): Promise<VerifyData> {
  const { user } = proven;
  const { data } = await finishLogin(context, {
    user,
    proof: PASSKEY_PROOF,
    deviceToken,
    caller,
    consume: (tx) => usePasskey(tx, { proven, purpose: 'login' }),
    refusedAs: 'INVALID_PASSKEY',
  });
  // A login at AAL2 never gets a challenge.
  if ('challengeToken' in data) throw new AuthError('INTERNAL');
  const { userId: _, ...tokens } = data;
  return { ...tokens, user: toUser(context, user) };
}
