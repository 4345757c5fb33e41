import type { Context } from '../../context.js';
import { decodeBase64url, encodeBase64url } from '../../crypto/base64url.js';
import type { PasskeyRecord } from '../../ports/store/passkeys.js';
import { checkClientData } from './check-client-data.js';
import type { RegistrationCredential } from './credential-schema.js';
import { loadWebAuthn, loadWebAuthnHelpers } from './load-webauthn.js';
import { PasskeyRefusal } from './passkey-refusal.js';
import { passkeysOf } from './passkeys-of.js';

type VerifiedRegistration = Pick<PasskeyRecord, 'credentialId' | 'publicKey' | 'aaguid' | 'counter' | 'transports' | 'backedUp'>;

export interface VerifyRegistrationInput {
  readonly credential: RegistrationCredential;
  readonly challenge: string;
}

/** The passkey that the authenticator made. Throws `PasskeyRefusal`. */
export async function verifyRegistration(context: Context, input: VerifyRegistrationInput): Promise<VerifiedRegistration> {
  const { credential, challenge } = input;
  const passkeys = passkeysOf(context);
  checkClientData(passkeys, credential.response);
  const { verifyRegistrationResponse } = await loadWebAuthn();
  const { clientDataJSON } = credential.response;
  const attestationObject = await withoutAttestation(credential.response.attestationObject);
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...credential, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: [...passkeys.origins],
    expectedRPID: passkeys.rpId,
    requireUserPresence: true,
    requireUserVerification: true,
  }).catch(notVerified);
  // The `id` is not signed, and could be that of another passkey: it must match the signed one.
  if (!verified || registrationInfo.credential.id !== credential.id) throw new PasskeyRefusal('not-verified');
  const { aaguid, credentialBackedUp, credential: made } = registrationInfo;
  return {
    credentialId: made.id,
    publicKey: encodeBase64url(made.publicKey),
    aaguid,
    counter: made.counter,
    transports: transportsOf(credential),
    backedUp: credentialBackedUp,
  };
}

/**
 * Removes the attestation statement from the attestation object. No attestation was requested, and `none` is enough
 * (security.md W2). It must not be parsed: with certificates made by the caller, the server could be made to fetch an
 * address of the caller's choice.
 */
async function withoutAttestation(attestationObject: string): Promise<string> {
  const { decodeAttestationObject, isoCBOR } = await loadWebAuthnHelpers();
  try {
    const authData = decodeAttestationObject(new Uint8Array(decodeBase64url(attestationObject) ?? [])).get('authData');
    const plain = new Map<string, string | Uint8Array | Map<string, string>>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, string>()],
      ['authData', authData],
    ]);
    return encodeBase64url(isoCBOR.encode(plain));
  } catch {
    return notVerified();
  }
}

/** The library throws at each failed check and quotes its input. The message is not passed on (security.md G2). */
function notVerified(): never {
  throw new PasskeyRefusal('not-verified');
}

const MAX_TRANSPORTS = 8;

function transportsOf({ response: { transports = [] } }: RegistrationCredential): readonly string[] {
  return [...new Set(transports.filter((name) => /^[a-z-]{1,32}$/.test(name)))].slice(0, MAX_TRANSPORTS);
}
