import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPrivateKey } from './read-private-key.js';

const ed = generateKeyPairSync('ed25519');
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const pkcs8 = { format: 'pem', type: 'pkcs8' } as const;
const PEM = ed.privateKey.export(pkcs8).toString();

describe('readPrivateKey', () => {
  it.each([
    ['PKCS #8', PEM],
    ['\\n written out', PEM.replaceAll('\n', String.raw`\n`)],
    ['\\r\\n written out', PEM.replaceAll('\n', String.raw`\r\n`)],
    ['blanks for line breaks', PEM.replaceAll('\n', ' ')],
    ['CRLF', PEM.replaceAll('\n', '\r\n')],
    ['quotes', `"${PEM.replaceAll('\n', String.raw`\n`)}"`],
    ['an indent', PEM.replaceAll('\n', '\n    ')],
    ['JWK', JSON.stringify(ed.privateKey.export({ format: 'jwk' }))],
  ])('reads an Ed25519 key: %s', (_, text) => {
    const read = readPrivateKey('EdDSA', text);
    expect(read.kind === 'key' && read.privateKey.equals(ed.privateKey)).toBe(true);
  });

  it.each([
    ['PKCS #8', ec.privateKey.export(pkcs8).toString()],
    ['SEC 1', ec.privateKey.export({ format: 'pem', type: 'sec1' }).toString()],
    ['SEC 1 after its parameters', `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${ec.privateKey.export({ format: 'pem', type: 'sec1' }).toString()}`],
  ])('reads a P-256 key: %s', (_, text) => {
    const read = readPrivateKey('ES256', text);
    expect(read.kind === 'key' && read.privateKey.equals(ec.privateKey)).toBe(true);
  });

  it.each([
    ['an RSA key', rsa.privateKey.export(pkcs8).toString(), 'is a key of type rsa;'],
    ['an RSA key of old', rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(), 'is a key of type rsa;'],
    ['a public key', ed.publicKey.export({ format: 'pem', type: 'spki' }).toString(), 'is a public key;'],
    ['a public JWK', JSON.stringify(ed.publicKey.export({ format: 'jwk' })), 'is the JWK of a public key'],
    ['an encrypted key', ed.privateKey.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'CANARY' }).toString(), 'is encrypted: take the passphrase away'],
    ['an encrypted key of old', ec.privateKey.export({ format: 'pem', type: 'sec1', cipher: 'aes-256-cbc', passphrase: 'CANARY' }).toString(), 'is encrypted'],
    ['another curve', p384.privateKey.export(pkcs8).toString(), 'is an EC key on another curve;'],
    ['a key of ES256', ec.privateKey.export(pkcs8).toString(), 'is for ES256, not for EdDSA: set alg to that'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nCANARY\n-----END CERTIFICATE-----', 'is a certificate;'],
    ['a key of OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY\n-----END OPENSSH PRIVATE KEY-----', 'is a key in the format of OpenSSH;'],
    ['a broken key', '-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----', 'holds a PRIVATE KEY that cannot be read;'],
    ['a file name', './keys/CANARY.pem', 'is neither PEM nor a JWK;'],
    ['other JSON', '{"CANARY":1}', 'is JSON that is no JWK;'],
    ['no JSON', '{CANARY', 'is JSON that is no JWK of a private key;'],
    ['nothing', '', 'is neither PEM nor a JWK;'],
  ])('describes %s without repeating it', (_, text, expected) => {
    const read = readPrivateKey('EdDSA', text);
    const fault = read.kind === 'fault' ? read.fault : '';
    expect(fault).toContain(`privateKey ${expected}`);
    expect(fault).not.toContain('CANARY');
  });
});
