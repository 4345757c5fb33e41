import * as v from 'valibot';
import { isoTime } from '../../foundation/iso-time.js';
import type { Schema } from '../../foundation/parse.js';
import { idInput, type IdInput } from '../../http/input.js';
import type { PasskeyRecord } from '../../ports/store/passkeys.js';
import { personName } from '../accounts/schema.js';

/** A passkey as its owner sees it. Times are ISO 8601 UTC. */
export interface Passkey {
  readonly id: string;
  /** Chosen by the owner; at first the name of the authenticator or browser. */
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** Whether the passkey is synchronized or backed up, so that it survives the loss of the device. */
  readonly backedUp: boolean;
  /** How browsers reach the authenticator, such as `internal` and `hybrid`. */
  readonly transports: readonly string[];
  /** The credential id in the browser, for `PublicKeyCredential.signalUnknownCredential`. */
  readonly credentialId: string;
}

const passkeyShape: Schema<Passkey> = v.strictObject({
  id: v.string(),
  name: v.string(),
  createdAt: v.string(),
  lastUsedAt: v.nullable(v.string()),
  backedUp: v.boolean(),
  transports: v.array(v.string()),
  credentialId: v.string(),
});

export function toPasskey(record: PasskeyRecord): Passkey {
  return {
    id: record.id,
    name: record.name,
    createdAt: isoTime(record.createdAt),
    lastUsedAt: record.lastUsedAt === null ? null : isoTime(record.lastUsedAt),
    backedUp: record.backedUp,
    transports: record.transports,
    credentialId: record.credentialId,
  };
}

export interface PasskeyData {
  readonly passkey: Passkey;
}

export const passkeyData: Schema<PasskeyData> = v.strictObject({ passkey: passkeyShape });

/**
 * The argument of `PublicKeyCredential.signalAllAcceptedCredentials`: the browser hides all other passkeys of that
 * account.
 */
export interface AcceptedCredentials {
  readonly rpId: string;
  readonly userId: string;
  readonly allAcceptedCredentialIds: readonly string[];
}

export interface PasskeysData {
  readonly passkeys: readonly Passkey[];
  /** One for each user handle of the account's passkeys, usually one in all. */
  readonly accepted: readonly AcceptedCredentials[];
}

export const passkeysData: Schema<PasskeysData> = v.strictObject({
  passkeys: v.array(passkeyShape),
  accepted: v.array(
    v.strictObject({ rpId: v.string(), userId: v.string(), allAcceptedCredentialIds: v.array(v.string()) }),
  ),
});

export interface RenamePasskeyInput extends IdInput {
  readonly name: string;
}

const MAX_NAME = 64;

export const passkeyName: Schema<string> = v.pipe(
  personName,
  v.check((name) => name.length <= MAX_NAME, `must be at most ${MAX_NAME} characters long`),
);

export const renamePasskeyInput: Schema<RenamePasskeyInput> = v.strictObject({ ...idInput.entries, name: passkeyName });
