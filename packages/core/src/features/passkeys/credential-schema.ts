import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

/** Bytes as the browser's `toJSON` encodes them. The limit of the body bounds their length. */
const base64url: Schema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => /^[A-Za-z0-9_-]+$/.test(text), 'is not base64url'),
);

/** WebAuthn 5.1: 1,023 bytes at most. */
const MAX_CREDENTIAL_ID = 1_364;

const credentialId = v.pipe(base64url, v.check((text) => text.length <= MAX_CREDENTIAL_ID, 'is too long'));

const publicKey = v.literal('public-key');

/** What `PublicKeyCredential.toJSON` gives after `navigator.credentials.create` (`RegistrationResponseJSON` of WebAuthn). */
export interface RegistrationCredential {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports?: readonly string[] | undefined;
  };
}

// Not strict: browsers add fields as WebAuthn grows, and fields that are not read do no harm.
export const registrationCredential: Schema<RegistrationCredential> = v.object({
  id: credentialId,
  rawId: credentialId,
  type: publicKey,
  response: v.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: v.optional(v.array(v.string())),
  }),
});

/** What `PublicKeyCredential.toJSON` gives after `navigator.credentials.get` (`AuthenticationResponseJSON` of WebAuthn). */
export interface AuthenticationCredential {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string | null | undefined;
  };
}

export const authenticationCredential: Schema<AuthenticationCredential> = v.object({
  id: credentialId,
  rawId: credentialId,
  type: publicKey,
  response: v.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: v.nullish(base64url),
  }),
});
