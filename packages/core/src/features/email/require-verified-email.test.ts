import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import { ADA, createAdaWorld, createMailTestApp } from '../../test-kit/mail-test-app.js';
import { ADMIN_PASSWORD, PASSWORD, sender } from '../../test-kit/test-app.js';

const registration = { requireVerifiedEmail: true, adminPassword: ADMIN_PASSWORD };

describe('requiring a verified address', () => {
  it('refuses a login with the correct password until the address is verified', async () => {
    const { post, tokenOf, store, emitted } = createMailTestApp({ registration });
    await post('/register', { email: ADA, password: PASSWORD, name: 'Ada' });
    const right = await post('/login', { email: ADA, password: PASSWORD });
    expect([right.status, right.body.code]).toEqual([403, 'EMAIL_NOT_VERIFIED']);
    expect(emitted.at(-1)).toMatchObject({ type: 'login.failed', detail: { reason: 'email-not-verified' } });
    for (const email of [ADA, 'nobody@example.com']) {
      expect((await post('/login', { email, password: 'wrong password' })).body.code).toBe('INVALID_CREDENTIALS');
    }
    expect(store.dump()['sessions']).toEqual([]);
    await post('/email/verify', { token: await tokenOf('email-verification') });
    expect((await post('/login', { email: ADA, password: PASSWORD })).status).toBe(200);
  });

  it('applies to the admin login', async () => {
    const { post, tokenOf } = createMailTestApp({ registration });
    await post('/register', { email: ADA, password: PASSWORD, name: 'Ada', role: 'admin', adminPassword: ADMIN_PASSWORD });
    const login = { email: ADA, password: PASSWORD, adminPassword: ADMIN_PASSWORD };
    expect((await post('/admin-login', login)).body.code).toBe('EMAIL_NOT_VERIFIED');
    expect((await post('/admin-login', { ...login, adminPassword: 'something else' })).body.code).toBe('INVALID_CREDENTIALS');
    await post('/email/verify', { token: await tokenOf('email-verification') });
    expect((await post('/admin-login', login)).status).toBe(201);
  });

  it('applies to sessions from before it was required: they get no new token', async () => {
    const { config, ada, store, tokenOf } = await createAdaWorld();
    const send = sender(createAuth({ ...config, registration }));
    const post = (path: string, body: object) => send({ method: 'POST', path, body, token: ada.accessToken });
    const before = await store.sessions.find(ada.sessionId);
    for (const [path, body] of [
      ['/refresh-token', { refreshToken: ada.refreshToken }],
      ['/reauthenticate', { password: PASSWORD }],
      ['/password/change', { currentPassword: PASSWORD, newPassword: 'another long password' }],
    ] as const) {
      const reply = await post(path, body);
      expect([path, reply.status, reply.body.code]).toEqual([path, 403, 'EMAIL_NOT_VERIFIED']);
    }
    expect(await store.sessions.find(ada.sessionId)).toEqual(before);
    await post('/email/verify', { token: await tokenOf('email-verification') });
    expect((await post('/refresh-token', { refreshToken: ada.refreshToken })).status).toBe(200);
  });

  it('mails the link after a refused login, within the limits of such mails', async () => {
    const { config, ada, mail, clock, tokenOf } = await createAdaWorld();
    await tokenOf('email-verification');
    clock.set(clock.now() + 60_000);
    const send = sender(createAuth({ ...config, registration }));
    const login = (password: string) => send({ method: 'POST', path: '/login', body: { email: ADA, password } });
    expect((await login('a wrong password')).body.code).toBe('INVALID_CREDENTIALS');
    for (let n = 0; n < 3; n += 1) expect((await login(PASSWORD)).body.code).toBe('EMAIL_NOT_VERIFIED');
    const token = await tokenOf('email-verification');
    await mail.settled();
    expect(mail.messages.filter(({ kind }) => kind === 'email-verification')).toHaveLength(2);
    await send({ method: 'POST', path: '/email/verify', body: { token } });
    expect((await login(PASSWORD)).status).toBe(200);
    expect(ada.email).toBe(ADA);
  });

  it('makes the doctor report the number of users who can no longer log in', async () => {
    const { config, auth } = await createAdaWorld();
    const found = async (of: typeof auth) => (await of.doctor()).map(({ id }) => id);
    expect(await found(auth)).not.toContain('unverified-accounts');
    expect(await found(createAuth({ ...config, registration }))).toContain('unverified-accounts');
  });

  it('is satisfied by a reset, which verifies the address', async () => {
    const { post, tokenOf } = createMailTestApp({ registration });
    await post('/register', { email: ADA, password: PASSWORD, name: 'Ada' });
    await post('/password/request', { email: ADA });
    await post('/password/reset', { token: await tokenOf('password-reset'), newPassword: 'another long password' });
    expect((await post('/login', { email: ADA, password: 'another long password' })).status).toBe(200);
  });
});
