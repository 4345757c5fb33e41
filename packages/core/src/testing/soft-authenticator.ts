import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { AuthenticationOptionsData, RegistrationOptionsData } from '../features/passkeys/ceremony-schema.js';
import type { AuthenticationCredential, RegistrationCredential } from '../features/passkeys/credential-schema.js';
import { encodeCbor } from './cbor.js';
import type { Cbor } from './cbor.js';

export type PasskeyAlgorithm = 'ES256' | 'EdDSA' | 'RS256';

const FLAGS = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40 } as const;

/** Values that an authenticator or a browser reports, each of which may be false. Omitted ones are correct. */
export interface Lies {
  readonly origin?: string;
  readonly crossOrigin?: boolean;
  readonly type?: string;
  readonly challenge?: string;
  readonly rpId?: string;
  /** Flags to omit, and to add. */
  readonly without?: readonly (keyof typeof FLAGS)[];
  readonly also?: readonly (keyof typeof FLAGS)[];
  readonly counter?: number;
  readonly userHandle?: string | null;
  /** The unsigned id of the credential. */
  readonly id?: string;
  /** At registration: the credential id inside the authenticator data. */
  readonly credentialId?: Uint8Array;
  readonly format?: string;
  readonly statement?: ReadonlyMap<string, Cbor>;
  readonly transports?: readonly string[];
  /** Signs with another key. */
  readonly forged?: boolean;
}

interface Credential {
  readonly id: Buffer;
  readonly key: KeyObject;
  readonly userHandle: string;
  readonly rpId: string;
}

export interface SoftAuthenticator {
  /** The id of its newest passkey, base64url. */
  readonly credentialId: () => string;
  /** The result of `navigator.credentials.create`. */
  readonly create: (options: RegistrationOptionsData['options'], lies?: Lies) => RegistrationCredential;
  /** The result of `navigator.credentials.get`, for its newest passkey. */
  readonly get: (options: AuthenticationOptionsData['options'], lies?: Lies) => AuthenticationCredential;
}

export interface AuthenticatorOptions {
  readonly origin?: string;
  readonly algorithm?: PasskeyAlgorithm;
  /** Whether it counts uses. Synchronized passkeys do not. */
  readonly counts?: boolean;
  readonly aaguid?: string;
}

/** An authenticator and its browser, in software. It verifies its user, and has no attestation (`none`). */
export function softAuthenticator({
  origin = 'https://app.example.com',
  algorithm = 'ES256',
  counts = true,
  aaguid = '00000000-0000-0000-0000-000000000000',
}: AuthenticatorOptions = {}): SoftAuthenticator {
  let uses = 0;
  let last: Credential | undefined;
  const known = (): Credential => {
    if (last === undefined) throw new Error('The authenticator has no passkey yet');
    return last;
  };
  const nextCount = (): number => {
    uses += 1;
    return counts ? uses : 0;
  };

  return {
    credentialId: () => base64url(known().id),
    create({ challenge, rp, user }, lies = {}) {
      const { publicKey, privateKey } = KEYS[algorithm]();
      const id = Buffer.from(lies.credentialId ?? randomBytes(32));
      last = { id, key: privateKey, userHandle: user.id, rpId: rp.id };
      const attested = Buffer.concat([Buffer.from(aaguid.replaceAll('-', ''), 'hex'), uint16(id.length), id, coseKey(algorithm, publicKey)]);
      const authData = Buffer.concat([authenticatorData({ rpId: rp.id, flags: ['up', 'uv', 'at'], counter: nextCount() }, lies), attested]);
      const attestation = new Map<string, Cbor>([
        ['fmt', lies.format ?? 'none'],
        ['attStmt', lies.statement ?? new Map<string, Cbor>()],
        ['authData', authData],
      ]);
      const { id: shown = base64url(id), transports = ['internal', 'hybrid'] } = lies;
      return {
        id: shown,
        rawId: shown,
        type: 'public-key',
        response: {
          clientDataJSON: clientData({ type: 'webauthn.create', challenge, origin }, lies),
          attestationObject: base64url(encodeCbor(attestation)),
          transports,
        },
      };
    },
    get({ challenge, rpId }, lies = {}) {
      const { id, key, userHandle } = known();
      const clientDataJSON = clientData({ type: 'webauthn.get', challenge, origin }, lies);
      const authData = authenticatorData({ rpId, flags: ['up', 'uv'], counter: nextCount() }, lies);
      const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
      const signingKey = lies.forged === true ? KEYS[algorithm]().privateKey : key;
      const { id: shown = base64url(id), userHandle: handle = userHandle } = lies;
      return {
        id: shown,
        rawId: shown,
        type: 'public-key',
        response: {
          clientDataJSON,
          authenticatorData: base64url(authData),
          signature: base64url(sign(algorithm === 'EdDSA' ? null : 'sha256', signed, signingKey)),
          userHandle: handle,
        },
      };
    },
  };
}

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const KEYS: Readonly<Record<PasskeyAlgorithm, () => Pair>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

/** RFC 9053: the public key in the encoding of authenticators. */
function coseKey(algorithm: PasskeyAlgorithm, key: KeyObject): Buffer {
  const { x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' });
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
  const fields: Readonly<Record<PasskeyAlgorithm, ReadonlyMap<number, Cbor>>> = {
    ES256: new Map<number, Cbor>([[1, 2], [3, -7], [-1, 1], [-2, bytes(x)], [-3, bytes(y)]]),
    EdDSA: new Map<number, Cbor>([[1, 1], [3, -8], [-1, 6], [-2, bytes(x)]]),
    RS256: new Map<number, Cbor>([[1, 3], [3, -257], [-1, bytes(n)], [-2, bytes(e)]]),
  };
  return encodeCbor(fields[algorithm]);
}

interface Truth {
  readonly rpId: string;
  readonly flags: readonly (keyof typeof FLAGS)[];
  readonly counter: number;
}

function authenticatorData(truth: Truth, { rpId = truth.rpId, without = [], also = [], counter = truth.counter }: Lies): Buffer {
  const flags = [...truth.flags.filter((flag) => !without.includes(flag)), ...also].reduce((sum, flag) => sum | FLAGS[flag], 0);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), count]);
}

interface ClientData {
  readonly type: string;
  readonly challenge: string;
  readonly origin: string;
}

function clientData(truth: ClientData, { type = truth.type, challenge = truth.challenge, origin = truth.origin, crossOrigin = false }: Lies): string {
  return base64url(Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin })));
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const base64url = (bytes: Buffer): string => bytes.toString('base64url');
