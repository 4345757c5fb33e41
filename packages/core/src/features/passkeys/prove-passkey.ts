import type { Context } from '../../context.js';
import { decodeBase64url } from '../../crypto/base64url.js';
import type { PasskeyRecord, PasskeyUse } from '../../ports/store/passkeys.js';
import type { UserRecord } from '../../ports/store/users.js';
import { openCeremony, type Ceremony } from './ceremony.js';
import type { AuthenticatePasskeyInput } from './ceremony-schema.js';
import { checkClientData } from './check-client-data.js';
import type { AuthenticationCredential } from './credential-schema.js';
import { loadWebAuthn } from './load-webauthn.js';
import { PasskeyRefusal } from './passkey-refusal.js';
import { passkeysOf } from './passkeys-of.js';

/** A passkey whose signature is valid. Its counter and the use of the ceremony are not checked yet. */
export interface ProvenPasskey {
  readonly ceremony: Ceremony;
  readonly passkey: PasskeyRecord;
  readonly user: UserRecord;
  readonly use: Omit<PasskeyUse, 'at'>;
}

type ProvePasskeyInput = Pick<AuthenticatePasskeyInput, 'authenticationToken' | 'credential'>;

/** Finds and verifies the passkey that answered the ceremony of the token. Throws `PasskeyRefusal`. */
export async function provePasskey(context: Context, { authenticationToken, credential }: ProvePasskeyInput): Promise<ProvenPasskey> {
  const ceremony = openCeremony(context, { kind: 'passkey-authentication', token: authenticationToken });
  if (ceremony === null) throw new PasskeyRefusal('expired');
  checkClientData(passkeysOf(context), credential.response);
  const found = await context.store.passkeys.findWithUser(credential.id);
  if (found === null) throw new PasskeyRefusal('unknown');
  const { passkey, user } = found;
  // WebAuthn 7.2: the account that the authenticator names must be the owner of the passkey.
  if (credential.response.userHandle !== passkey.userHandle) throw new PasskeyRefusal('not-verified', { userId: user.id });
  const use = await verifySignature(context, { credential, passkey, challenge: ceremony.challenge });
  return { ceremony, passkey, user, use };
}

interface SignatureInput {
  readonly credential: AuthenticationCredential;
  readonly passkey: PasskeyRecord;
  readonly challenge: string;
}

async function verifySignature(context: Context, { credential, passkey, challenge }: SignatureInput): Promise<ProvenPasskey['use']> {
  const { rpId, origins } = passkeysOf(context);
  const { verifyAuthenticationResponse } = await loadWebAuthn();
  const { clientDataJSON, authenticatorData, signature } = credential.response;
  const refuse = (): never => {
    throw new PasskeyRefusal('not-verified', { userId: passkey.userId });
  };
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...credential, response: { clientDataJSON, authenticatorData, signature }, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: [...origins],
    expectedRPID: rpId,
    requireUserVerification: true,
    // The store compares counters, after the signature. The library compares them before, so that anyone could make a
    // counter seem to go back.
    credential: { id: passkey.credentialId, publicKey: new Uint8Array(decodeBase64url(passkey.publicKey) ?? []), counter: 0 },
  }).catch(refuse);
  if (!verified) return refuse();
  const { newCounter: counter, credentialBackedUp: backedUp } = authenticationInfo;
  return { counter, backedUp };
}
