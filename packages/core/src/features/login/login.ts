import type { Caller } from '../../context.js';
import { completeLogin } from './complete-login.js';
import type { CompleteLoginDeps } from './complete-login.js';
import type { LoginInput, LoginOutcome } from './schema.js';
import { verifyCredentials } from './verify-credentials.js';
import type { VerifyCredentialsDeps } from './verify-credentials.js';

export type LoginDeps = VerifyCredentialsDeps & CompleteLoginDeps;

/** Logs in by password, as far as it goes where two-factor is on. Fails as `verifyCredentials` does. */
export async function login(
  deps: LoginDeps,
  { deviceToken, caller, ...credentials }: LoginInput & { readonly caller: Caller },
): Promise<LoginOutcome> {
  const user = await verifyCredentials(deps, { ...credentials, deviceToken, caller });
  return completeLogin(deps, { user, deviceToken, caller });
}
