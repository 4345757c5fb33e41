import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { finishLogin } from './finish-login.js';
import type { FinishedLogin } from './finish-login.js';
import type { LoginInput } from './schema.js';
import { PASSWORD_PROOF, verifyCredentials } from './verify-credentials.js';

/** Logs in by password, as far as it goes where two-factor is on. Fails as `verifyCredentials` does. */
export async function login(
  context: Context,
  { deviceToken, caller, ...credentials }: LoginInput & { readonly caller: Caller },
): Promise<FinishedLogin> {
  const user = await verifyCredentials(context, { ...credentials, deviceToken, caller });
  return finishLogin(context, { user, proof: PASSWORD_PROOF, deviceToken, caller });
}
