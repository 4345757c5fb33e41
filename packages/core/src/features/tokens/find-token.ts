import type { Context } from '../../context.js';
import { isLiveToken } from '../../model/one-time-token.js';
import type { OneTimeTokenRecord, TokenPurpose } from '../../ports/store/one-time-tokens.js';
import { hashLinkToken } from './link-token.js';
import { isRowOf, type RowTokenFormat } from './row-token.js';

export interface FoundToken {
  readonly token: OneTimeTokenRecord;
  /** False if it was used, was voided or has expired: then it proves nothing, but its user goes into the trail. */
  readonly isLive: boolean;
}

/** The one-time token whose secret this is; `null` if there is none with one of these purposes. It is not used up. */
export async function findToken(
  context: Context,
  { secret, purposes }: { readonly secret: string; readonly purposes: readonly TokenPurpose[] },
): Promise<FoundToken | null> {
  return found(context, await context.store.oneTimeTokens.findByHash(hashLinkToken(secret), purposes));
}

export interface FindRowTokenInput {
  /** As the client sent it. */
  readonly text: string;
  readonly format: RowTokenFormat;
  readonly purpose: TokenPurpose;
}

/** The one-time token that a text of this format names; `null` if its secret or its purpose differs. It is not used up. */
export async function findRowToken(context: Context, { text, format, purpose }: FindRowTokenInput): Promise<FoundToken | null> {
  const claim = format.parse(text);
  const token = claim === null ? null : await context.store.oneTimeTokens.find(claim.id);
  return claim !== null && token?.purpose === purpose && isRowOf(claim, token) ? found(context, token) : null;
}

function found({ clock }: Context, token: OneTimeTokenRecord | null): FoundToken | null {
  return token === null ? null : { token, isLive: isLiveToken(token, clock.now()) };
}
