import type { Context } from '../../context.js';
import { isoTime } from '../../foundation/iso-time.js';
import { beginCeremony, CEREMONY_MS } from './ceremony.js';
import type { AuthenticationOptionsData } from './ceremony-schema.js';
import { passkeysOf } from './passkeys-of.js';

/**
 * Begins the use of a passkey: to log in, to answer a login's challenge or to step a session up. The options name no
 * account, so they are the same for everyone (security.md W5), and a browser can offer passkeys before anything is
 * typed.
 */
export function beginAuthentication(context: Context): AuthenticationOptionsData {
  const { rpId } = passkeysOf(context);
  const { token, challenge, expiresAt } = beginCeremony(context, { kind: 'passkey-authentication' });
  return {
    authenticationToken: token,
    expiresAt: isoTime(expiresAt),
    options: { rpId, challenge, timeout: CEREMONY_MS, userVerification: 'required' },
  };
}
