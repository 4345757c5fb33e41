import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../ports/random.js';
import { makeTotpSecret, totpCode, totpQrCode, totpStep, totpUri } from './totp.js';

const run = promisify(execFile);

/** "12345678901234567890", the secret of RFC 4226 and RFC 6238, in base32. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

function isInstalled(tool: string): boolean {
  try {
    execFileSync('which', [tool], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(`\n${tool} is not installed, so its interoperability test is skipped (CI installs it)\n`);
    return false;
  }
}

describe('codes', () => {
  it.each([
    [0, '755224'],
    [1, '287082'],
    [2, '359152'],
    [3, '969429'],
    [4, '338314'],
    [5, '254676'],
    [6, '287922'],
    [7, '162583'],
    [8, '399871'],
    [9, '520489'],
  ])('for counter %i are those of RFC 4226', (counter, code) => {
    expect(totpCode({ secret: RFC_SECRET, now: counter * 30_000 })).toBe(code);
  });

  // RFC 6238 lists eight digits. The code is the last six.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at second %i are those of RFC 6238', (seconds, code) => {
    expect(totpCode({ secret: RFC_SECRET, now: seconds * 1_000 })).toBe(code);
  });

  it('are accepted from one step before to one step after, and no further', () => {
    const now = 1_000_000 * 30_000;
    const stepAt = (offset: number): number | null =>
      totpStep({ secret: RFC_SECRET, code: totpCode({ secret: RFC_SECRET, now: now + offset * 30_000 }), now });
    expect([-2, -1, 0, 1, 2].map(stepAt)).toEqual([null, 999_999, 1_000_000, 1_000_001, null]);
  });

  it.each(['', '12345', '1234567', '１２３４５６', '12345a', '+12345', ' 12345'])('are refused if they are not six digits: %j', (code) => {
    expect(totpStep({ secret: RFC_SECRET, code, now: 0 })).toBeNull();
  });
});

describe('secrets', () => {
  it('M2: have 160 bits, and differ', () => {
    const secrets = Array.from({ length: 100 }, () => makeTotpSecret(systemRandom));
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });
});

describe('other software', () => {
  it.skipIf(!isInstalled('oathtool'))('oathtool generates codes that are accepted', async () => {
    const secret = makeTotpSecret(systemRandom);
    for (const now of [0, 59_000, 1_795_370_000_000]) {
      const { stdout } = await run('oathtool', ['--totp', '--base32', `--now=@${Math.floor(now / 1_000)}`, secret]);
      expect(totpStep({ secret, code: stdout.trim(), now })).toBe(Math.floor(now / 30_000));
    }
  });

  it.skipIf(!isInstalled('zbarimg'))('zbarimg reads the QR code back', async () => {
    const uri = totpUri({ secret: makeTotpSecret(systemRandom), issuer: 'Ünder & Söhne', account: "o'brien+1@example.com" });
    const image = join(mkdtempSync(join(tmpdir(), 'sallyport-qr-')), 'qr.png');
    const [, base64 = ''] = (await totpQrCode(uri)).split('base64,');
    writeFileSync(image, Buffer.from(base64, 'base64'));
    const { stdout } = await run('zbarimg', ['--quiet', '--raw', image]);
    expect(stdout.trim()).toBe(uri);
  });

  it('authenticator apps find issuer, account, algorithm, digits and period in the URI', () => {
    const uri = new URL(totpUri({ secret: RFC_SECRET, issuer: 'Example App', account: 'ada@example.com' }));
    expect(uri.protocol).toBe('otpauth:');
    expect(uri.host).toBe('totp');
    expect(decodeURIComponent(uri.pathname)).toBe('/Example App:ada@example.com');
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: 'Example App',
      secret: RFC_SECRET,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});
