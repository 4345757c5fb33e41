import { describe, expect, it } from 'vitest';
import { NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { createAdminTestApp } from '../../test-kit/admin-test-app.js';
import type { AdminTestApp } from '../../test-kit/admin-test-app.js';
import { stateOf } from '../../test-kit/test-app.js';
import type { MailTestAppOptions } from '../../test-kit/mail-test-app.js';

const BOB = { email: 'bob@example.com', name: 'Bob Builder' };
const DAY_MS = 24 * 60 * 60_000;

async function invited(options: MailTestAppOptions = {}): Promise<AdminTestApp & { readonly bobId: string; readonly token: string }> {
  const world = await createAdminTestApp(options);
  const { status, body } = await world.post('/users', { ...BOB, username: 'Bob' }, world.admin.accessToken);
  expect(status).toBe(201);
  return { ...world, bobId: body.data.user.id, token: await world.tokenOf('invitation') };
}

describe('POST /users', () => {
  it('creates an account without a password, and mails a link to set one', async () => {
    const { auth, mail, admin, bobId, post, store } = await invited({ urls: { invitation: 'https://app.example.com/welcome' } });
    const { user } = await auth.api.user({ id: bobId }, { accessToken: admin.accessToken });
    expect(user).toMatchObject({ ...BOB, username: 'bob', role: 'user', emailVerified: false, disabled: false, lastLoginAt: null });
    expect((await store.users.find(bobId))?.passwordHash).toBeNull();
    const message = mail.messages.find(({ kind }) => kind === 'invitation');
    expect([message?.to, message?.data.url]).toEqual([BOB.email, `https://app.example.com/welcome#token=${message?.data.token}`]);
    expect((await post('/login', { email: BOB.email, password: NEW_PASSWORD })).body.code).toBe('INVALID_CREDENTIALS');
  });

  it('L4, R1: the link sets the password once, verifies the address, and does not log in', async () => {
    const { post, token, auth, admin, bobId, mail } = await invited();
    const reply = await post('/password/reset', { token, newPassword: NEW_PASSWORD });
    expect([reply.status, reply.body.data.auth.status]).toEqual([200, 'LOGGED_OUT']);
    expect(reply.text).not.toMatch(/accessToken|refreshToken/);
    expect((await auth.api.user({ id: bobId }, { accessToken: admin.accessToken })).user.emailVerified).toBe(true);
    expect((await post('/password/reset', { token, newPassword: `${NEW_PASSWORD}!` })).body.code).toBe('INVALID_RESET_TOKEN');
    expect((await post('/login', { email: BOB.email, password: NEW_PASSWORD })).status).toBe(200);
    // There was no password before, so there is no notice of a reset.
    await mail.settled();
    expect(mail.messages.filter(({ to, kind }) => to === BOB.email && kind === 'security-notice')).toEqual([]);
  });

  it('P3: an invitation refuses weak passwords and the person’s own name', async () => {
    const { post, token } = await invited();
    for (const newPassword of ['short', 'password1', 'BobBuilder1', 'bob@example.com']) {
      expect((await post('/password/reset', { token, newPassword })).body.code).toBe('WEAK_PASSWORD');
    }
    expect((await post('/password/reset', { token, newPassword: NEW_PASSWORD })).status).toBe(200);
  });

  it('is valid for recovery.invitationTtl; a new one can be sent, which voids the old', async () => {
    const { post, token, clock, bobId, auth, tokenOf, ada } = await invited({ recovery: { invitationTtl: '2d' } });
    await clock.advance(2 * DAY_MS);
    expect((await post('/password/reset', { token, newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
    const login = await auth.api.login({ email: 'admin@example.com', password: ada.password });
    const accessToken = 'accessToken' in login ? login.accessToken : '';
    expect((await post(`/users/${bobId}/password-reset`, {}, accessToken)).status).toBe(200);
    const second = await tokenOf('invitation');
    await clock.advance(60_000);
    expect((await post(`/users/${bobId}/password-reset`, {}, accessToken)).status).toBe(200);
    const third = await tokenOf('invitation');
    expect((await post('/password/reset', { token: second, newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
    expect((await post('/password/reset', { token: third, newPassword: NEW_PASSWORD })).status).toBe(200);
  });

  it('is void if the account is removed or disabled', async () => {
    const { post, token, send, bobId, admin, auth } = await invited();
    await auth.api.updateUser({ id: bobId, disabled: true }, { accessToken: admin.accessToken });
    await auth.api.updateUser({ id: bobId, disabled: false }, { accessToken: admin.accessToken });
    expect((await post('/password/reset', { token, newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
    expect((await send({ method: 'DELETE', path: `/users/${bobId}`, token: admin.accessToken })).status).toBe(204);
    expect((await post('/password/reset', { token, newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
  });

  it('is refused for a taken address, an unknown role, and callers who are not administrators', async () => {
    const { post, admin, ada, store } = await invited();
    const before = stateOf(store);
    const codes = [
      [{ ...BOB }, admin, 'EMAIL_TAKEN'],
      [{ email: 'b@example.com', name: 'B', username: 'BOB' }, admin, 'USERNAME_TAKEN'],
      [{ email: 'b@example.com', name: 'B', role: 'owner' }, admin, 'VALIDATION_FAILED'],
      [{ email: 'b@example.com', name: 'B', password: NEW_PASSWORD }, admin, 'VALIDATION_FAILED'],
      [{ email: 'b@example.com', name: 'B' }, ada, 'FORBIDDEN'],
    ] as const;
    for (const [body, { accessToken }, code] of codes) expect((await post('/users', body, accessToken)).body.code).toBe(code);
    expect({ ...stateOf(store), outbox: [] }).toEqual({ ...before, outbox: [] });
  });

  it('works with closed registration, and accepts any configured role', async () => {
    const { post, admin } = await createAdminTestApp({ registration: { roles: ['user', 'editor', 'admin'] } });
    const { body } = await post('/users', { ...BOB, role: 'editor' }, admin.accessToken);
    expect(body.data.user.role).toBe('editor');
  });

  it('G1: records an event with the administrator as actor, and one if it was refused', async () => {
    const { emitted, admin, bobId, post } = await invited();
    const about = { actorId: admin.userId, sessionId: admin.sessionId };
    const [invitation] = emitted.filter(({ type }) => type === 'account.invited');
    expect(invitation).toMatchObject({ ...about, userId: bobId, outcome: 'success', detail: { role: 'user' } });
    await post('/users', BOB, admin.accessToken);
    expect(emitted.at(-1)).toMatchObject({ ...about, type: 'account.invitation-refused', userId: null, detail: { reason: 'email-taken' } });
  });
});
