import type { Caller } from '../../deps.js';
import { completeLogin } from './complete-login.js';
import type { CompleteLoginDeps } from './complete-login.js';
import type { LoginData, LoginInput } from './schema.js';
import { verifyCredentials } from './verify-credentials.js';
import type { VerifyCredentialsDeps } from './verify-credentials.js';

export type LoginDeps = VerifyCredentialsDeps & CompleteLoginDeps;

/** Logs in by password. Fails with `INVALID_CREDENTIALS`, whatever it was that was wrong. */
export async function login(
  deps: LoginDeps,
  { deviceToken, ...credentials }: LoginInput & { readonly caller: Caller },
): Promise<LoginData> {
  const user = await verifyCredentials(deps, credentials);
  return completeLogin(deps, { user, deviceToken, caller: credentials.caller });
}
