import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { guessableBits } from './guessable-bits.js';

describe('guessableBits', () => {
  it('counts all bits of random text, however it is encoded', () => {
    const samples = Array.from({ length: 300 }, () => [
      randomBytes(32).toString('base64'),
      randomBytes(32).toString('base64url'),
      randomBytes(32).toString('hex'),
      randomBytes(16).toString('hex'),
      randomUUID(),
    ]).flat();
    expect(samples.filter((secret) => guessableBits(secret) < 80)).toEqual([]);
  });

  it.each([
    'x'.repeat(32),
    '12345678901234567890123456789012',
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'change-me-change-me-change-me-change-me',
    'your-super-secret-jwt-key-change-in-production',
    'VerySecretSigningKeyOfProduction12345678',
    'the secret of tests, 32 bytes long or more',
    'supersecretsupersecretsupersecret',
    'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb',
    'correct horse battery staple again and again',
    randomBytes(4).toString('hex').repeat(8),
    '',
  ])('counts few bits for the human-made %j', (secret) => {
    expect(guessableBits(secret)).toBeLessThan(80);
  });

  it('counts passphrases by their words', () => {
    expect(guessableBits('administrator')).toBeLessThan(guessableBits('correct horse battery'));
    expect(guessableBits('correct horse battery')).toBeLessThan(30);
    expect(guessableBits('correct horse battery staple')).toBe(32);
  });
});
