import type { Context } from '../../context.js';
import { encodeBase64url } from '../../crypto/base64url.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { SessionState } from '../../model/session-state.js';
import { beginCeremony, CEREMONY_MS } from './ceremony.js';
import type { CreationOptions, RegistrationOptionsData } from './ceremony-schema.js';
import { loadWebAuthn } from './load-webauthn.js';
import { MAX_PASSKEYS, passkeysOf } from './passkeys-of.js';
import { requirePasskeyFirst } from './require-passkey-first.js';

const HANDLE_BYTES = 32;

/**
 * Begins the registration of a passkey. It belongs to this session and expires after five minutes (security.md W1).
 * Fails with `FORBIDDEN` if the account has the maximum of passkeys, and as `requirePasskeyFirst` does.
 */
export async function beginRegistration(context: Context, current: SessionState): Promise<RegistrationOptionsData> {
  const { rpId, rpName } = passkeysOf(context);
  const { user, session } = current;
  await requirePasskeyFirst(context, current);
  const passkeys = await context.store.passkeys.list(user.id);
  if (passkeys.length >= MAX_PASSKEYS) throw new AuthError('FORBIDDEN', { message: `An account has at most ${MAX_PASSKEYS} passkeys` });
  // One handle for all passkeys of an account: an authenticator treats each handle as a separate account. It is random,
  // since anyone with the authenticator can read it.
  const userHandle = passkeys[0]?.userHandle ?? encodeBase64url(context.random.bytes(HANDLE_BYTES));
  const { token, challenge, expiresAt } = beginCeremony(context, { kind: 'passkey-registration', sessionId: session.id, userHandle });
  const options: CreationOptions = {
    rp: { id: rpId, name: rpName },
    user: { id: userHandle, name: user.email, displayName: user.name },
    challenge,
    pubKeyCredParams: await algorithmsFor(user.email, { rpId, rpName }),
    timeout: CEREMONY_MS,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    excludeCredentials: passkeys.map(({ credentialId: id, transports }) => ({ type: 'public-key', id, transports })),
    extensions: { credProps: true },
  };
  return { registrationToken: token, expiresAt: isoTime(expiresAt), options };
}

/** The algorithms whose signatures this Node can verify, best first: older versions lack the post-quantum ones. */
async function algorithmsFor(
  userName: string,
  { rpId: rpID, rpName }: { readonly rpId: string; readonly rpName: string },
): Promise<CreationOptions['pubKeyCredParams']> {
  const { generateRegistrationOptions } = await loadWebAuthn();
  const { pubKeyCredParams } = await generateRegistrationOptions({ rpID, rpName, userName });
  return pubKeyCredParams.map(({ alg }) => ({ type: 'public-key', alg }));
}
