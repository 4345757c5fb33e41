import { beforeEach, describe, expect, it } from 'vitest';
import { inbox } from '../../testing/inbox.js';
import { loginAs } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';
import { createTestApp, PASSWORD } from '../../test-kit/test-app.js';
import type { Reply, TestApp } from '../../test-kit/test-app.js';

const EMAIL = 'ada@example.com';
const STEP_MS = 30_000;

/** Ada with two-factor on, and one of her challenges. */
interface Challenged extends TestApp {
  readonly backupCodes: readonly string[];
  readonly accessToken: string;
  readonly challengeToken: string;
  readonly nextCode: () => string;
}

async function challenged(): Promise<Challenged> {
  const app = createTestApp({ notifier: inbox() });
  const { accessToken } = await loginAs(app.auth, { email: EMAIL });
  const { secret } = (await app.post('/2fa/setup', {}, accessToken)).body.data;
  const { backupCodes } = (await app.post('/2fa/enable', { token: totp(secret, app.clock) }, accessToken)).body.data;
  const { challengeToken } = (await app.post('/login', { email: EMAIL, password: PASSWORD })).body.data;
  const nextCode = (): string => {
    app.clock.set(app.clock.now() + STEP_MS);
    return totp(secret, app.clock);
  };
  return { ...app, backupCodes, accessToken, challengeToken, nextCode };
}

const fullWidth = (code: string): string => code.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
const halves = (code: string, between: string): string => `${code.slice(0, 3)}${between}${code.slice(3)}`;

let app: Challenged;
beforeEach(async () => {
  app = await challenged();
});
const verify = (token: unknown): Promise<Reply> => app.post('/2fa/verify', { token, challengeToken: app.challengeToken });
const guesses = (): unknown => app.store.dump()['attempts'];

describe('a code that a user types or pastes', () => {
  it.each<readonly [string, (code: string) => string]>([
    ['a hyphen', (code) => halves(code, '-')],
    ['a no-break space', (code) => halves(code, '\u00a0')],
    ['a narrow no-break space', (code) => halves(code, '\u202f')],
    ['a line break behind it', (code) => `${code}\r\n`],
    ['a tab before it', (code) => `\t${code}`],
    ['full-width digits', fullWidth],
  ])('passes with %s', async (_, typed) => {
    expect((await verify(typed(app.nextCode()))).status).toBe(200);
  });

  it.each<readonly [string, (code: string) => string]>([
    ['en dashes', (code) => code.replaceAll('-', '–')],
    ['non-breaking hyphens', (code) => code.replaceAll('-', '\u2011')],
    ['a line break behind it', (code) => `${code}\n`],
    ['blanks in place of hyphens', (code) => code.replaceAll('-', ' ')],
    ['no hyphens, in lower case', (code) => code.replaceAll('-', '').toLowerCase()],
    ['letters that look like its digits', (code) => code.replaceAll('0', 'o').replaceAll('1', 'l')],
  ])('passes as a backup code with %s', async (_, typed) => {
    const reply = await app.post('/2fa/verify-backup', { code: typed(app.backupCodes[0] ?? ''), challengeToken: app.challengeToken });
    expect(reply.status).toBe(200);
  });

  it('turns two-factor off, whether six digits or a backup code', async () => {
    const off = await app.post('/2fa/disable', { token: ` ${app.backupCodes[0]?.replaceAll('-', '–')}\n` }, app.accessToken);
    expect(off.status).toBe(200);
    const again = await challenged();
    const byDigits = await again.post('/2fa/disable', { token: halves(again.nextCode(), ' ') }, again.accessToken);
    expect(byDigits.status).toBe(200);
  });

  it.each<readonly [string, unknown]>([
    ['five digits', '12345'],
    ['seven digits', '1234567'],
    ['letters', 'abcdef'],
    ['a backup code', 'A1B2-C3D4-E5F6-G7H8'],
    ['a sign', '+12345'],
    ['NUL', '12345\0'],
    ['nothing', ''],
    ['blanks', ' \n'],
    ['a number', 123456],
    ['a list', ['123456']],
    ['null', null],
  ])('M4: is VALIDATION_FAILED and not counted as an attempt if it is %s', async (_, token) => {
    const before = guesses();
    const reply = await verify(token);
    expect(reply.body).toMatchObject({ statusCode: 400, code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'token' }] } });
    expect(guesses()).toEqual(before);
  });

  it.each(['123456', 'A1B2-C3D4-E5F6-G7H', 'A1B2-C3D4-E5F6-G7H8-J9K0', 'U1B2-C3D4-E5F6-G7H8', 'A1B2.C3D4.E5F6.G7H8'])(
    'is VALIDATION_FAILED if a backup code is expected and it is %s',
    async (code) => {
      const reply = await app.post('/2fa/verify-backup', { code, challengeToken: app.challengeToken });
      expect(reply.body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'code' }] } });
    },
  );

  it.each(['12345', 'A1B2-C3D4-E5F6-G7H'])('is VALIDATION_FAILED if either is expected and it is %s', async (token) => {
    const reply = await app.post('/2fa/disable', { token }, app.accessToken);
    expect(reply.body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'token' }] } });
  });
});
