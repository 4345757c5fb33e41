import { createPrivateKey, type KeyObject } from 'node:crypto';

export type AsymmetricAlgorithm = 'EdDSA' | 'ES256';

export type ReadKey = { readonly kind: 'key'; readonly privateKey: KeyObject } | { readonly kind: 'fault'; readonly fault: string };

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
const KINDS: Readonly<Record<AsymmetricAlgorithm, string>> = { EdDSA: 'Ed25519', ES256: 'EC key on P-256' };
const MAKE: Readonly<Record<AsymmetricAlgorithm, string>> = {
  EdDSA: 'openssl genpkey -algorithm ed25519',
  ES256: 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256',
};

/**
 * Reads a private key: PEM (PKCS #8, or SEC 1 for ES256) or a JWK as JSON. Repairs what environment variables do to
 * PEM: line breaks written as `\n` or lost, quotes, indents. An error says what the text is instead, and never repeats
 * any of it.
 */
export function readPrivateKey(alg: AsymmetricAlgorithm, text: string): ReadKey {
  const read = text.trimStart().startsWith('{') ? readJwk(text) : readPem(text);
  if (typeof read === 'string') return fault(alg, read);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = read;
  if (alg === 'EdDSA' ? type === 'ed25519' : type === 'ec' && details?.namedCurve === 'prime256v1') return { kind: 'key', privateKey: read };
  if (type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1')) {
    return { kind: 'fault', fault: `privateKey is for ${type === 'ec' ? 'ES256' : 'EdDSA'}, not for ${alg}: set alg to that` };
  }
  return fault(alg, `is ${type === 'ec' ? 'an EC key on another curve' : `a key of type ${type ?? 'unknown'}`}`);
}

function fault(alg: AsymmetricAlgorithm, what: string): ReadKey {
  return { kind: 'fault', fault: `privateKey ${what}; it must be a private ${alg} key (${KINDS[alg]}), as of: ${MAKE[alg]}` };
}

/** The key, or a description of what the text is instead. */
function readPem(text: string): KeyObject | string {
  const blocks = [...text.replaceAll(/\\r|\\n/g, '\n').matchAll(BLOCK)];
  // `openssl ecparam -genkey` writes the parameters first.
  const [, label = '', body = ''] = blocks.find(([, name]) => name !== 'EC PARAMETERS') ?? [];
  if (label === 'ENCRYPTED PRIVATE KEY' || /^\s*Proc-Type:.*ENCRYPTED/m.test(body)) {
    return 'is encrypted: take the passphrase away by openssl pkey -in key.pem';
  }
  if (label === 'PUBLIC KEY' || label === 'RSA PUBLIC KEY') return 'is a public key';
  if (label === 'CERTIFICATE') return 'is a certificate';
  if (label === 'OPENSSH PRIVATE KEY') return 'is a key in the format of OpenSSH';
  if (label === '') return 'is neither PEM nor a JWK';
  const lines = body.replaceAll(/\s/g, '').match(/.{1,64}/g)?.join('\n') ?? '';
  return orWhy(`holds a ${label} that cannot be read`, () => createPrivateKey(`-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`));
}

function readJwk(text: string): KeyObject | string {
  return orWhy('is JSON that is no JWK of a private key', () => {
    const key: unknown = JSON.parse(text);
    if (!Object.hasOwn(Object(key), 'd')) return Object.hasOwn(Object(key), 'kty') ? 'is the JWK of a public key: "d" is missing' : 'is JSON that is no JWK';
    return createPrivateKey({ key: Object(key), format: 'jwk' });
  });
}

/** Returns `why` instead of the error, which may quote the key. */
function orWhy(why: string, read: () => KeyObject | string): KeyObject | string {
  try {
    return read();
  } catch {
    return why;
  }
}
