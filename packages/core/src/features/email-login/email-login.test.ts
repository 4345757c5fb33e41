import { describe, expect, it } from 'vitest';
import { ADA, createAdaWorld, createMailTestApp } from '../../test-kit/mail-test-app.js';
import type { AdaWorld, MailTestApp, MailTestAppOptions } from '../../test-kit/mail-test-app.js';
import { medianMs } from '../../test-kit/median.js';
import { PASSWORD } from '../../test-kit/test-app.js';
import type { Reply } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NOBODY = 'nobody@example.com';
const VERIFY = '/login/email/verify';

const outcomeOf = ({ status, body }: Reply): readonly [number, string | undefined] => [status, body.code];
const REFUSED = [401, 'INVALID_LOGIN_TOKEN'];

/** Ada with a verified address. */
async function provenAda(options: MailTestAppOptions = {}) {
  const world = await createAdaWorld(options);
  await world.post('/email/verify', { token: await world.tokenOf('email-verification') });
  return world;
}

async function askForLink({ post, tokenOf }: MailTestApp, email = ADA): Promise<string> {
  await post('/login/email', { email });
  return tokenOf('email-login');
}

async function askForCode({ post, mail }: MailTestApp, email = ADA): Promise<{ readonly loginToken: string; readonly code: string }> {
  const { loginToken } = (await post('/login/email', { email, method: 'code' })).body.data;
  const { code } = (await mail.next('email-login-code')).data;
  if (code === undefined) throw new Error('a mail without a code');
  return { loginToken, code };
}

/** A wrong code. */
const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

const mailsTo = ({ mail }: MailTestApp, email: string): number => mail.messages.filter(({ to }) => to === email).length;

describe('a sign-in by email', () => {
  it('is off, and its routes answer 404, if it is not configured', async () => {
    const { post, auth } = createMailTestApp({ emailLogin: undefined });
    expect((await post('/login/email', { email: ADA })).status).toBe(404);
    expect((await post('/login/email', { email: 7 })).status).toBe(404);
    expect((await post(VERIFY, { token: 'f'.repeat(64) })).status).toBe(404);
    await expect(auth.api.requestEmailLogin({ email: ADA })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(Object.keys(auth.openapi().paths).filter((path) => path.startsWith('/login/'))).toEqual([]);
  });

  it('logs in by a link once, and records the method', async () => {
    const world = await provenAda({ urls: { emailLogin: 'https://app.example/in' } });
    const token = await askForLink(world);
    expect(world.mail.messages.at(-1)?.data.url).toBe(`https://app.example/in#token=${token}`);
    const { status, body } = await world.post(VERIFY, { token });
    expect([status, body.data.auth.status, body.data.userId]).toEqual([200, 'BASIC_AUTH', world.ada.userId]);
    const claims = await world.auth.verifyAccessToken(body.data.accessToken);
    expect(claims).toMatchObject({ amr: ['email'], acr: 'aal1' });
    expect(outcomeOf(await world.post(VERIFY, { token }))).toEqual(REFUSED);
  });

  it('logs in by a code, only in the browser that requested it', async () => {
    const world = await provenAda();
    const { loginToken, code } = await askForCode(world);
    await world.clock.advance(2 * MINUTE_MS);
    const other = (await world.post('/login/email', { email: ADA, method: 'code' })).body.data.loginToken;
    expect(outcomeOf(await world.post(VERIFY, { loginToken: other, code }))).toEqual(REFUSED);
    expect(outcomeOf(await world.post(VERIFY, { token: loginToken }))).toEqual(REFUSED);
    expect((await world.post(VERIFY, { loginToken, code: ` ${code.slice(0, 3)}-${code.slice(3)}` })).status).toBe(200);
    expect(outcomeOf(await world.post(VERIFY, { loginToken, code }))).toEqual(REFUSED);
  });

  it('says when the next mail can be sent, and keeps the sent one valid', async () => {
    const world = await provenAda();
    const { loginToken, code } = await askForCode(world);
    const again = await world.post('/login/email', { email: ADA, method: 'code' });
    expect([again.status, again.body.meta.retryAfter]).toEqual([200, 60]);
    expect((await world.post(VERIFY, { loginToken, code })).status).toBe(200);
  });

  it.each([
    [{}],
    [{ token: 'f'.repeat(64), code: '123456' }],
    [{ loginToken: 'sp_lt_x' }],
    [{ loginToken: 'sp_lt_x', code: 123456 }],
    [{ loginToken: 'sp_lt_x', code: 'abcdef' }],
  ])('refuses %j as a request', async (body) => {
    const { post } = createMailTestApp();
    expect(outcomeOf(await post(VERIFY, body))).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('accepts only the configured methods', async () => {
    const { post } = createMailTestApp({ emailLogin: { methods: ['code'] } });
    expect(outcomeOf(await post('/login/email', { email: ADA, method: 'link' }))).toEqual([400, 'VALIDATION_FAILED']);
    expect((await post('/login/email', { email: ADA })).status).toBe(200);
  });
});

describe('E1: links and codes', () => {
  it.each(['link', 'code'])('get the same response whether or not the account exists (%s)', async (method) => {
    const world = await provenAda();
    const bodies = [];
    for (const email of [ADA, NOBODY]) {
      const { status, body } = await world.post('/login/email', { email, method });
      bodies.push([status, body.message, body.data.expiresAt, body.data.loginToken.length, Object.keys(body.meta)]);
    }
    expect(bodies[0]).toEqual(bodies[1]);
    await world.mail.settled();
    expect(mailsTo(world, NOBODY)).toBe(0);
  });

  it('write the same number of rows for an unknown address', async () => {
    const { post, store, mail } = await provenAda();
    await mail.settled();
    const written = async (email: string) => {
      const count = (): [string, number][] =>
        Object.entries(store.dump()).map(([table, rows]) => [
          table,
          rows.filter((row) => Reflect.get(row, 'type') !== 'message.delivered').length,
        ]);
      const before = new Map(count());
      await post('/login/email', { email });
      await mail.settled();
      return count().map(([table, rows]) => [table, rows - (before.get(table) ?? 0)]);
    };
    expect(await written(NOBODY)).toEqual(await written(ADA));
  });

  it('get the response in the same time', { retry: 3 }, async () => {
    const { post, auth } = createMailTestApp({ throttling: { enabled: false } });
    for (let n = 0; n < 32; n += 1) await auth.api.register({ email: `known-${n}@example.com`, password: PASSWORD, name: 'Ada' });
    const [known, unknown] = await medianMs([
      (n) => post('/login/email', { email: `known-${n}@example.com` }),
      (n) => post('/login/email', { email: `nobody-${n}@example.com` }),
    ]);
    expect(Math.abs(known - unknown)).toBeLessThan(Math.max(0.5, 0.5 * unknown));
  });

  it('expire: a link after 10 minutes, a code after 5', async () => {
    const world = await provenAda();
    const token = await askForLink(world);
    await world.clock.advance(10 * MINUTE_MS);
    expect(outcomeOf(await world.post(VERIFY, { token }))).toEqual(REFUSED);
    const { loginToken, code } = await askForCode(world);
    await world.clock.advance(5 * MINUTE_MS);
    expect(outcomeOf(await world.post(VERIFY, { loginToken, code }))).toEqual(REFUSED);
  });

  it('are not used up by GET, and no other kind of token is accepted', async () => {
    const world = await provenAda();
    const token = await askForLink(world);
    expect((await world.get(VERIFY)).status).toBe(405);
    await world.post('/password/request', { email: ADA });
    expect(outcomeOf(await world.post(VERIFY, { token: await world.tokenOf('password-reset') }))).toEqual(REFUSED);
    const reset = await world.post('/password/reset', { token, newPassword: 'eleven patient lighthouses' });
    expect(reset.body.code).toBe('INVALID_RESET_TOKEN');
    expect((await world.post(VERIFY, { token })).status).toBe(200);
  });

  it('log in once for 20 concurrent requests', async () => {
    const world = await provenAda();
    const token = await askForLink(world);
    const links = await Promise.all(Array.from({ length: 20 }, () => world.post(VERIFY, { token })));
    expect(links.filter(({ status }) => status === 200)).toHaveLength(1);
    await world.clock.advance(MINUTE_MS);
    const given = await askForCode(world);
    const codes = await Promise.all(Array.from({ length: 5 }, () => world.post(VERIFY, given)));
    expect(codes.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each<readonly [string, (world: AdaWorld) => Promise<Reply>]>([
    [
      'a change of the password',
      ({ post, ada }) => post('/password/change', { currentPassword: PASSWORD, newPassword: 'eleven patient lighthouses' }, ada.accessToken),
    ],
    [
      'a change of the address',
      async ({ post, tokenOf, ada }) => {
        await post('/email/change', { newEmail: 'new@example.com', password: PASSWORD }, ada.accessToken);
        return post('/email/verify', { token: await tokenOf('email-change') });
      },
    ],
    ['a later login by email', async (world) => world.post(VERIFY, { token: await askForLink(world) })],
  ])('end with %s', async (_, change) => {
    const world = await provenAda();
    const token = await askForLink(world);
    await world.clock.advance(MINUTE_MS);
    expect((await change(world)).status).toBe(200);
    expect(outcomeOf(await world.post(VERIFY, { token }))).toEqual(REFUSED);
  });

  it('M3: allow five attempts per code, even concurrent ones; then the right code is refused too', async () => {
    const world = await provenAda();
    const { loginToken, code } = await askForCode(world);
    const tries = await Promise.all(Array.from({ length: 8 }, () => world.post(VERIFY, { loginToken, code: wrong(code) })));
    for (const reply of tries) expect(outcomeOf(reply)).toEqual(REFUSED);
    expect(outcomeOf(await world.post(VERIFY, { loginToken, code }))).toEqual(REFUSED);
  });

  it('M4: allow 10 wrong codes a day and 25 in 30 days per address; after that the owner gets links', async () => {
    const world = await provenAda();
    for (let n = 0; n < 40; n += 1) {
      const { loginToken } = (await world.post('/login/email', { email: ADA, method: 'code' })).body.data;
      for (let guess = 0; guess < 6; guess += 1) await world.post(VERIFY, { loginToken, code: '000000' });
      await world.clock.advance(DAY_MS / 2);
    }
    const compared = world.emitted.filter((event) => event.type === 'email-login.refused' && event.detail.reason === 'wrong-code');
    expect(compared).toHaveLength(25);
    const before = world.mail.messages.length;
    await world.post('/login/email', { email: ADA, method: 'code' });
    await world.mail.settled();
    expect(world.mail.messages.slice(before).map(({ kind }) => kind)).toEqual(['email-login']);
    expect((await world.post(VERIFY, { token: world.mail.messages.at(-1)?.data.token })).status).toBe(200);
  });
});

describe('E2: an active second factor', () => {
  async function withFactor(method: 'totp' | 'email') {
    const world = await provenAda();
    const { accessToken } = world.ada;
    const { secret } = (await world.post('/2fa/setup', { method }, accessToken)).body.data;
    const token = method === 'totp' ? totp(secret, world.clock) : (await world.mail.next('two-factor-code')).data.code;
    const { backupCodes } = (await world.post('/2fa/enable', { token }, accessToken)).body.data;
    await world.clock.advance(MINUTE_MS);
    const { body } = await world.post(VERIFY, { token: await askForLink(world) });
    return { world, secret, backupCodes, challenge: body.data };
  }

  it('is asked for', async () => {
    const { world: { auth, post, clock }, secret, challenge: { challengeToken, methods, accessToken } } = await withFactor('totp');
    expect([methods, accessToken]).toEqual([['totp'], undefined]);
    const { status, body } = await post('/2fa/verify', { challengeToken, token: totp(secret, clock) });
    expect([status, body.data.auth.status]).toEqual([200, 'FULL_AUTH']);
    expect(await auth.verifyAccessToken(body.data.accessToken)).toMatchObject({ amr: ['email', 'otp'], acr: 'aal2' });
  });

  it('must not be a code mailed to the same address', async () => {
    const { world: { post }, backupCodes, challenge: { challengeToken, methods, codeSent } } = await withFactor('email');
    expect([methods, codeSent]).toEqual([[], false]);
    expect(outcomeOf(await post('/2fa/challenge', { challengeToken, method: 'email' }))).toEqual([400, 'VALIDATION_FAILED']);
    expect((await post('/2fa/verify-backup', { challengeToken, code: backupCodes[0] })).status).toBe(200);
  });
});

describe('R7: an address that was never verified', () => {
  it('claims the account at a login: sessions, factor and password of an earlier claimant are removed', async () => {
    const world = await createAdaWorld();
    const { secret } = (await world.post('/2fa/setup', {}, world.ada.accessToken)).body.data;
    await world.post('/2fa/enable', { token: totp(secret, world.clock) }, world.ada.accessToken);
    const { status, body } = await world.post(VERIFY, { token: await askForLink(world) });
    expect([status, body.data.userId, body.data.auth.enable]).toEqual([200, world.ada.userId, false]);
    expect((await world.get('/me', world.ada.accessToken)).status).toBe(401);
    expect((await world.get('/me', body.data.accessToken)).body.data.user.emailVerified).toBe(true);
    expect((await world.post('/login', { email: ADA, password: PASSWORD })).body.code).toBe('INVALID_CREDENTIALS');
  });

  it('voids earlier mails at a login, so that the password of a concealed registration cannot return', async () => {
    const world = createMailTestApp({ registration: { concealExisting: true } });
    await world.post('/register', { email: ADA, password: PASSWORD, name: 'Squatter' });
    const verification = await world.tokenOf('email-verification');
    expect((await world.post(VERIFY, { token: await askForLink(world) })).status).toBe(200);
    await world.post('/email/verify', { token: verification });
    expect((await world.post('/login', { email: ADA, password: PASSWORD })).body.code).toBe('INVALID_CREDENTIALS');
  });

  it('gets an account without a password with signUp, and none without it', async () => {
    const closed = createMailTestApp();
    await closed.post('/login/email', { email: NOBODY });
    await closed.mail.settled();
    expect(mailsTo(closed, NOBODY)).toBe(0);
    const world = createMailTestApp({ emailLogin: { signUp: true } });
    const { status, body } = await world.post(VERIFY, { token: await askForLink(world, NOBODY) });
    expect([status, body.data.auth.status]).toEqual([200, 'BASIC_AUTH']);
    const { user } = (await world.get('/me', body.data.accessToken)).body.data;
    expect(user).toMatchObject({ email: NOBODY, emailVerified: true, name: 'nobody', role: 'user' });
    expect((await world.post('/login', { email: NOBODY, password: PASSWORD })).body.code).toBe('INVALID_CREDENTIALS');
  });

  it('gets no account if registration is closed or the hook refuses', async () => {
    const closed = createMailTestApp({ emailLogin: { signUp: true }, registration: { enabled: false } });
    await closed.post('/login/email', { email: NOBODY });
    await closed.mail.settled();
    expect(mailsTo(closed, NOBODY)).toBe(0);
    const world = createMailTestApp({ emailLogin: { signUp: true }, hooks: { beforeRegister: () => Promise.reject(new Error('no')) } });
    expect((await world.post(VERIFY, { token: await askForLink(world, NOBODY) })).status).toBe(500);
    expect(await world.store.users.findByEmail(NOBODY)).toBeNull();
  });

  it('R1: voids the other mails to the address once one of them has created the account', async () => {
    const world = createMailTestApp({ emailLogin: { signUp: true } });
    const link = await askForLink(world, NOBODY);
    await world.clock.advance(MINUTE_MS);
    const code = await askForCode(world, NOBODY);
    await world.clock.advance(MINUTE_MS);
    expect((await world.post(VERIFY, { token: await askForLink(world, NOBODY) })).status).toBe(200);
    expect(outcomeOf(await world.post(VERIFY, { token: link }))).toEqual(REFUSED);
    expect(outcomeOf(await world.post(VERIFY, code))).toEqual(REFUSED);
  });

  it('gets one account if two links are opened concurrently', async () => {
    const world = createMailTestApp({ emailLogin: { signUp: true } });
    const first = await askForLink(world, NOBODY);
    await world.clock.advance(MINUTE_MS);
    const second = await askForLink(world, NOBODY);
    const replies = await Promise.all([first, first, second].map((token) => world.post(VERIFY, { token })));
    expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect((await world.store.users.list({ filter: { search: 'nobody' }, limit: 5 })).length).toBe(1);
  });
});

describe('a disabled account', () => {
  it('gets no mail, and an earlier link is refused', async () => {
    const world = await provenAda();
    const admin = await loginAs(world.auth, { email: 'root@example.com', role: 'admin' });
    const token = await askForLink(world);
    await world.auth.api.updateUser({ id: world.ada.userId, disabled: true }, { accessToken: admin.accessToken });
    expect(outcomeOf(await world.post(VERIFY, { token }))).toEqual(REFUSED);
    await world.clock.advance(MINUTE_MS);
    const before = world.mail.messages.length;
    await world.post('/login/email', { email: ADA });
    await world.mail.settled();
    expect(world.mail.messages).toHaveLength(before);
  });
});
