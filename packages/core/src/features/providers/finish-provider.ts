import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import type { ProviderIdentity } from '../../ports/provider.js';
import { findAttempt } from './attempt.js';
import { callProvider } from './call-provider.js';
import { commitOutcome, type Decide } from './commit-outcome.js';
import { concludeAttempt } from './conclude-attempt.js';
import { findProvider } from './find-provider.js';
import type { Finishing, Refused } from './finishing.js';
import type { FinishProviderInput, LocationData } from './schema.js';
import { admitSignUp } from './sign-up.js';

export interface FinishProviderRequest {
  readonly input: FinishProviderInput;
  readonly browserToken: string | undefined;
  readonly caller: Caller;
}

const INVALID_ATTEMPT: Refused = { kind: 'refused', code: 'INVALID_LOGIN_TOKEN', reason: 'invalid-attempt' };
const FAILED: Refused = { kind: 'refused', code: 'PROVIDER_FAILED', reason: 'failed' };
const DENIED: Refused = { kind: 'refused', code: 'PROVIDER_DENIED', reason: 'denied' };

/** RFC 6749 4.1.2.1; the second is Apple's. */
const DENIALS: ReadonlySet<string> = new Set(['access_denied', 'user_cancelled_authorize']);

/**
 * Takes a provider's answer, and returns the address of the application's page: with a code for `exchangeProviderCode`,
 * or with the provider that was linked. An attempt that is unknown, expired, used, of another browser or of another
 * provider fails with `INVALID_LOGIN_TOKEN`; an answer that does not verify with `PROVIDER_FAILED`; and if the person
 * declined, with `PROVIDER_DENIED`.
 *
 * X1: of several concurrent answers one uses up the attempt, before the provider is asked. Otherwise its code could be
 * redeemed twice, and RFC 6749 4.1.2 tells providers to revoke the tokens then. Until the provider is asked, a failure
 * uses up nothing; afterwards the answer could not be sent again anyway, since the code is spent.
 */
export async function finishProvider(context: Context, { input, browserToken, caller }: FinishProviderRequest): Promise<LocationData> {
  const { provider: id, ...parameters } = input;
  const provider = findProvider(context, id);
  const { state, error: denial } = parameters;
  const commit = async (decide: Decide): Promise<LocationData> => commitOutcome(context, { provider: id, caller, decide });
  const found = await findAttempt(context, { provider: id, state, browserToken });
  if (found === null || state === undefined || browserToken === undefined) return commit(async () => INVALID_ATTEMPT);
  const { attempt, tokenId } = found;
  const useUp = async ({ store }: Context): Promise<boolean> => store.oneTimeTokens.consume(tokenId, context.clock.now());
  if (denial !== undefined) return commit(async (tx) => ((await useUp(tx)) ? refusalOf(denial) : INVALID_ATTEMPT));
  if (!(await useUp(context))) return commit(async () => INVALID_ATTEMPT);
  const { redirectUri, nonce, codeVerifier } = attempt;
  let identity: ProviderIdentity;
  try {
    identity = await callProvider(context, (signal) => provider.finish({ redirectUri, state, nonce, codeVerifier, parameters, signal }));
  } catch (error) {
    return commit(async () => ({ ...FAILED, cause: error }));
  }
  const finishing: Finishing = { attempt, identity, browserToken, caller };
  // Hooks take time, so they are called before the transaction, and only for a sign-up.
  const admitted = attempt.link === null ? await admitSignUp(context, finishing) : null;
  return commit((tx) => concludeAttempt(tx, { ...finishing, admitted }));
}

const refusalOf = (denial: string): Refused => (DENIALS.has(denial) ? DENIED : FAILED);
