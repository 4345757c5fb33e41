import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { withHashingPlace } from '../passwords/with-hashing-place.js';
import { finishLogin } from './finish-login.js';
import type { FinishedLogin } from './finish-login.js';
import type { LoginInput } from './schema.js';
import { PASSWORD_PROOF, verifyCredentials } from './verify-credentials.js';

/** Logs in by password; with two-factor on, begins the challenge instead. Fails as `verifyCredentials` does. */
export async function login(
  context: Context,
  { deviceToken, caller, ...credentials }: LoginInput & { readonly caller: Caller },
): Promise<FinishedLogin> {
  return withHashingPlace(context, {
    caller,
    work: (held) =>
      verifyCredentials(held, {
        ...credentials,
        deviceToken,
        caller,
        work: (verified) => finishLogin(held, { ...verified, proof: PASSWORD_PROOF, deviceToken, caller }),
      }),
  });
}
