import type { Caller } from '../../deps.js';
import { completeLogin } from './complete-login.js';
import type { CompleteLoginDeps } from './complete-login.js';
import type { LoginInput, LoginOutcome } from './schema.js';
import { verifyCredentials } from './verify-credentials.js';
import type { VerifyCredentialsDeps } from './verify-credentials.js';

export type LoginDeps = VerifyCredentialsDeps & CompleteLoginDeps;

/** Logs in by password, as far as it goes where two-factor is on. Fails with `INVALID_CREDENTIALS`, whatever it was that was wrong. */
export async function login(
  deps: LoginDeps,
  { deviceToken, ...credentials }: LoginInput & { readonly caller: Caller },
): Promise<LoginOutcome> {
  const user = await verifyCredentials(deps, credentials);
  return completeLogin(deps, { user, deviceToken, caller: credentials.caller });
}
