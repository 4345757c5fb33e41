import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { opaqueToken } from '../tokens/opaque-token.js';
import { authenticationCredential, registrationCredential, type AuthenticationCredential, type RegistrationCredential } from './credential-schema.js';
import { passkeyName } from './schema.js';

/** What `PublicKeyCredential.parseCreationOptionsFromJSON` takes (`PublicKeyCredentialCreationOptionsJSON`). */
export interface CreationOptions {
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly challenge: string;
  readonly pubKeyCredParams: readonly { readonly type: 'public-key'; readonly alg: number }[];
  /** Milliseconds. */
  readonly timeout: number;
  readonly attestation: 'none';
  readonly authenticatorSelection: {
    readonly residentKey: 'required';
    readonly requireResidentKey: true;
    readonly userVerification: 'required';
  };
  readonly excludeCredentials: readonly { readonly type: 'public-key'; readonly id: string; readonly transports: readonly string[] }[];
  readonly extensions: { readonly credProps: true };
}

export interface RegistrationOptionsData {
  readonly registrationToken: string;
  readonly expiresAt: string;
  readonly options: CreationOptions;
}

const type = v.literal('public-key');

export const registrationOptionsData: Schema<RegistrationOptionsData> = v.strictObject({
  registrationToken: v.string(),
  expiresAt: v.string(),
  options: v.strictObject({
    rp: v.strictObject({ id: v.string(), name: v.string() }),
    user: v.strictObject({ id: v.string(), name: v.string(), displayName: v.string() }),
    challenge: v.string(),
    pubKeyCredParams: v.array(v.strictObject({ type, alg: v.number() })),
    timeout: v.number(),
    attestation: v.literal('none'),
    authenticatorSelection: v.strictObject({
      residentKey: v.literal('required'),
      requireResidentKey: v.literal(true),
      userVerification: v.literal('required'),
    }),
    excludeCredentials: v.array(v.strictObject({ type, id: v.string(), transports: v.array(v.string()) })),
    extensions: v.strictObject({ credProps: v.literal(true) }),
  }),
});

export interface RegisterPasskeyInput {
  readonly registrationToken: string;
  readonly credential: RegistrationCredential;
  /** Default: the name of the authenticator if it is known, else of the browser. */
  readonly name?: string | undefined;
}

export const registerPasskeyInput: Schema<RegisterPasskeyInput> = v.strictObject({
  registrationToken: opaqueToken,
  credential: registrationCredential,
  name: v.optional(passkeyName),
});

/** What `PublicKeyCredential.parseRequestOptionsFromJSON` takes (`PublicKeyCredentialRequestOptionsJSON`). */
export interface RequestOptions {
  readonly rpId: string;
  readonly challenge: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly userVerification: 'required';
}

export interface AuthenticationOptionsData {
  readonly authenticationToken: string;
  readonly expiresAt: string;
  readonly options: RequestOptions;
}

export const authenticationOptionsData: Schema<AuthenticationOptionsData> = v.strictObject({
  authenticationToken: v.string(),
  expiresAt: v.string(),
  options: v.strictObject({
    rpId: v.string(),
    challenge: v.string(),
    timeout: v.number(),
    userVerification: v.literal('required'),
  }),
});

export interface AuthenticatePasskeyInput {
  readonly authenticationToken: string;
  readonly credential: AuthenticationCredential;
  /** Of a login that waits for its second factor. May be sent in the `Authorization` header instead. */
  readonly challengeToken?: string | undefined;
  /** From an earlier login on this device. */
  readonly deviceToken?: string | undefined;
}

export const authenticatePasskeyInput: Schema<AuthenticatePasskeyInput> = v.strictObject({
  authenticationToken: opaqueToken,
  credential: authenticationCredential,
  challengeToken: v.optional(opaqueToken),
  deviceToken: v.optional(opaqueToken),
});
