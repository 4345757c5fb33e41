import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { ProviderIdentity } from '../../ports/provider.js';
import type { StoreMethods } from '../../ports/store/store.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { withTransaction } from '../../unit-of-work.js';
import { findAttempt } from './attempt.js';
import { callProvider } from './call-provider.js';
import { findProvider } from './find-provider.js';
import type { Finishing, Refused } from './finishing.js';
import { issueCode } from './issue-code.js';
import { linkToSession } from './link-to-session.js';
import { resolveUser } from './resolve-user.js';
import { returnLocation } from './return-page.js';
import type { ReturnFacts } from './return-page.js';
import type { FinishProviderInput, LocationData } from './schema.js';
import { admitSignUp } from './sign-up.js';
import type { Admission } from './sign-up.js';

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
  const commit = async (decide: Decide): Promise<LocationData> => commitDecision(context, { provider: id, caller, decide });
  const found = await findAttempt(context, { provider: id, state, browserToken });
  if (found === null || state === undefined || browserToken === undefined) return commit(async () => INVALID_ATTEMPT);
  const { attempt, tokenId } = found;
  const useUp = async ({ oneTimeTokens }: Pick<StoreMethods, 'oneTimeTokens'>): Promise<boolean> => oneTimeTokens.consume(tokenId, context.clock.now());
  if (denial !== undefined) return commit(async ({ unit }) => ((await useUp(unit)) ? refusalOf(denial) : INVALID_ATTEMPT));
  if (!(await useUp(context.store))) return commit(async () => INVALID_ATTEMPT);
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
  return commit((tx) => conclude(tx, { ...finishing, admitted }));
}

const refusalOf = (denial: string): Refused => (DENIALS.has(denial) ? DENIED : FAILED);

type Outcome = Refused | { readonly kind: 'done'; readonly facts: ReturnFacts };
type Decide = (tx: TransactionContext) => Promise<Outcome>;

async function conclude(tx: TransactionContext, { admitted, ...finishing }: Finishing & { readonly admitted: Admission | null }): Promise<Outcome> {
  const { attempt } = finishing;
  if (attempt.link !== null) {
    const refused = await linkToSession(tx, { ...finishing, link: attempt.link });
    return refused ?? { kind: 'done', facts: { linked: attempt.provider } };
  }
  const resolved = await resolveUser(tx, { ...finishing, admitted });
  if (resolved.kind === 'refused') return resolved;
  return { kind: 'done', facts: { code: await issueCode(tx, { ...finishing, ...resolved }) } };
}

interface Deciding {
  readonly provider: string;
  readonly caller: Caller;
  readonly decide: Decide;
}

/** Carries out the decision in one transaction. A refusal is committed with its event. */
async function commitDecision(context: Context, { provider, caller, decide }: Deciding): Promise<LocationData> {
  const outcome = await withTransaction(context, {
    caller,
    async work(tx) {
      const outcome = await decide(tx);
      if (outcome.kind === 'refused') {
        const { reason, userId = null } = outcome;
        await tx.unit.record({ type: 'provider.refused', outcome: 'failure', userId, actorId: null, detail: { provider, reason } });
      }
      return outcome;
    },
  });
  if (outcome.kind === 'refused') throw new AuthError(outcome.code, { cause: outcome.cause });
  const location = returnLocation(context, outcome.facts);
  if (location === null) throw new AuthError('INTERNAL');
  return { location };
}
