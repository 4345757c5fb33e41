import type { Context } from '../../context.js';
import { seal } from '../../crypto/sealed.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { withTransaction } from '../../unit-of-work.js';
import { beginFactor, newFactor, pendingAuth } from './begin-factor.js';
import type { TotpSetUpData } from './schema.js';
import { makeTotpSecret, totpQrCode, totpUri } from './totp.js';

/** Begins the set-up of an authenticator app, and returns its secret. */
export async function setUpTotp(
  context: Context,
  { current, caller }: AuthenticatedRequest,
): Promise<TotpSetUpData> {
  const { user } = current;
  const secret = makeTotpSecret(context.random);
  const sealedSecret = seal(context, { plain: secret, context: `totp:${user.id}` });
  const factor = newFactor(context, { current, method: 'totp', sealedSecret });
  await withTransaction(context, { caller, work: (tx) => beginFactor(tx, factor) });
  const otpauthUrl = totpUri({ secret, issuer: context.settings.appName, account: user.email });
  return { method: 'totp', secret, otpauthUrl, qrCode: await totpQrCode(otpauthUrl), auth: pendingAuth(current) };
}
