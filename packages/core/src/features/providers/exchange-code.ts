import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import { refuse } from '../../unit-of-work.js';
import { finishLogin, type FinishedLogin } from '../login/finish-login.js';
import { findToken } from '../tokens/find-token.js';
import { isOfBrowser } from './attempt.js';
import type { ExchangeProviderCodeData, ExchangeProviderCodeInput } from './schema.js';

/** Federated. RFC 8176 has no name for it; other servers use this one. */
const AMR = ['fed'];

export interface ExchangeProviderCodeRequest extends ExchangeProviderCodeInput {
  readonly browserToken: string | undefined;
  readonly caller: Caller;
}

/**
 * Finishes a login with a provider as any login: if a second factor is on, it is required (security.md L4). A code
 * that is unknown, used, expired or of another browser is `INVALID_LOGIN_TOKEN`, and so is a disabled account.
 */
export async function exchangeProviderCode(
  context: Context,
  { code, deviceToken, browserToken, caller }: ExchangeProviderCodeRequest,
): Promise<FinishedLogin<ExchangeProviderCodeData>> {
  const { store, clock, keyring } = context;
  const found = await findToken(context, { secret: code, purposes: ['provider-code'] });
  const token = found?.token ?? null;
  const isGood = found?.isLive === true && isOfBrowser(keyring, found.token, browserToken);
  const user = isGood && found.token.userId !== null ? await store.users.find(found.token.userId) : null;
  if (token === null || user === null) return refuseCode(context, { token, caller });
  const { data, codeRetryAt } = await finishLogin(context, {
    user,
    proof: { amr: AMR, aal: 1 },
    deviceToken,
    caller,
    refusedAs: 'INVALID_LOGIN_TOKEN',
    // X3: of two requests with the same code, one wins.
    async consume(tx) {
      if (!(await tx.unit.oneTimeTokens.consume(token.id, clock.now()))) throw new AuthError('INVALID_LOGIN_TOKEN');
    },
  });
  const { isNewUser, redirectTo } = token.payload;
  const facts = { isNewUser: isNewUser === true, redirectTo: typeof redirectTo === 'string' ? redirectTo : null };
  return { data: { ...data, ...facts }, codeRetryAt };
}

async function refuseCode(context: Context, { token, caller }: { readonly token: OneTimeTokenRecord | null; readonly caller: Caller }): Promise<never> {
  const userId = token === null || token.userId === null ? null : ((await context.store.users.find(token.userId))?.id ?? null);
  const provider = token?.payload['provider'];
  const detail = { ...(typeof provider === 'string' && { provider }), reason: 'invalid-code' as const };
  const event = { type: 'provider.refused', outcome: 'failure', userId, actorId: null, detail } as const;
  return refuse(context, { caller, code: 'INVALID_LOGIN_TOKEN', event });
}
