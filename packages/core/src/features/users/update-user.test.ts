import { describe, expect, it } from 'vitest';
import { ADMIN, createAdminTestApp } from '../../test-kit/admin-test-app.js';
import { NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { PASSWORD, stateOf } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';

const NEW = 'countess@example.com';

describe('PATCH /users/:id', () => {
  it('changes the caller’s own name and username, also by PUT', async () => {
    const { send, ada, show } = await createAdminTestApp();
    const path = `/users/${ada.userId}`;
    const token = ada.accessToken;
    expect((await send({ method: 'PATCH', path, token, body: { name: 'Countess' } })).body.data.user.name).toBe('Countess');
    expect((await send({ method: 'PUT', path, token, body: { username: 'Ada' } })).status).toBe(200);
    expect(await show()).toMatchObject({ name: 'Countess', username: 'ada' });
    expect((await send({ path, token })).body.data.user.username).toBe('ada');
  });

  it.each([{ email: NEW }, { role: 'admin' }, { role: 'user' }, { disabled: true }, { disabled: false }])(
    'Z2: is FORBIDDEN to a user with %j, and changes nothing else in the request',
    async (field) => {
      const { patch, ada, store, emitted } = await createAdminTestApp();
      const before = stateOf(store);
      const { status, body } = await patch({ ...field, name: 'B' }, ada.accessToken);
      expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
      expect(stateOf(store)).toEqual(before);
      expect(emitted.at(-1)).toMatchObject({ type: 'access.denied', userId: ada.userId, detail: { code: 'FORBIDDEN' } });
    },
  );

  it('requires an administrator’s second factor, also for their own account', async () => {
    const { auth, send, admin, enableFactor, ada, store } = await createAdminTestApp();
    await enableFactor();
    await store.users.update(ada.userId, { role: 'admin' }, { at: 1, keepLastOf: 'admin' });
    const { accessToken: token } = await auth.api.refresh({ refreshToken: ada.refreshToken });
    for (const id of [ada.userId, admin.userId]) {
      const { body } = await send({ method: 'PATCH', path: `/users/${id}`, token, body: { role: 'user' } });
      expect([body.code, body.meta.requires]).toEqual(['STEP_UP_REQUIRED', 'SECOND_FACTOR']);
    }
    expect((await send({ method: 'PATCH', path: `/users/${ada.userId}`, token, body: { name: 'B' } })).status).toBe(200);
  });

  it('requires a recent session for an address, a role and disabling, but not for a name', async () => {
    const { patch, clock, store } = await createAdminTestApp();
    clock.set(clock.now() + 5 * 60_000);
    const before = stateOf(store);
    for (const change of [{ email: NEW }, { role: 'admin' }, { disabled: true }]) {
      const { body } = await patch(change);
      expect([body.code, body.meta.requires]).toEqual(['STEP_UP_REQUIRED', 'PASSWORD']);
    }
    expect(stateOf(store)).toEqual(before);
    expect((await patch({ name: 'B' })).status).toBe(200);
  });

  it('does not change an administrator’s own address, which requires the password and a confirmation', async () => {
    const { send, admin, store } = await createAdminTestApp();
    const before = stateOf(store);
    const path = `/users/${admin.userId}`;
    const reply = await send({ method: 'PATCH', path, token: admin.accessToken, body: { email: NEW, name: 'B' } });
    expect([reply.status, reply.body.code]).toEqual([403, 'FORBIDDEN']);
    expect(stateOf(store)).toEqual(before);
  });

  it('S6: another role applies at once: earlier tokens stop, the session continues with the new role', async () => {
    const { patch, get, post, ada } = await createAdminTestApp();
    expect((await get('/users', ada.accessToken)).body.code).toBe('FORBIDDEN');
    expect((await patch({ role: 'admin' })).body.data.user.role).toBe('admin');
    expect((await get('/me', ada.accessToken)).body.code).toBe('INVALID_TOKEN');
    const promoted = (await post('/refresh-token', { refreshToken: ada.refreshToken })).body.data;
    expect((await get('/users', promoted.accessToken)).status).toBe(200);
    await patch({ role: 'user' });
    expect((await get('/users', promoted.accessToken)).body.code).toBe('INVALID_TOKEN');
    const demoted = (await post('/refresh-token', { refreshToken: promoted.refreshToken })).body.data;
    expect((await get('/users', demoted.accessToken)).body.code).toBe('FORBIDDEN');
  });

  it('refuses a role that is not configured', async () => {
    const { patch, store } = await createAdminTestApp({ registration: { roles: ['user', 'editor', 'admin'] } });
    const before = stateOf(store);
    for (const role of ['owner', '', 'Admin', '__proto__']) {
      expect((await patch({ role, name: 'B' })).body.meta.issues).toEqual([{ path: 'role', message: 'is not a role of this application' }]);
    }
    expect(stateOf(store)).toEqual(before);
    expect((await patch({ role: 'editor' })).status).toBe(200);
  });

  it('S6, L4: disabling ends sessions, links and trust, and they do not return when the account is enabled', async () => {
    const { patch, post, get, ada, tokenOf, enableFactor, emitted, store, admin } = await createAdminTestApp();
    await enableFactor();
    const challenge = (await post('/login', { email: ada.email, password: PASSWORD })).body.data.challengeToken;
    await post('/password/request', { email: ada.email });
    const reset = await tokenOf('password-reset');
    expect((await patch({ disabled: true })).body.data.user.disabled).toBe(true);
    expect((await get('/me', ada.accessToken)).body.code).toBe('INVALID_TOKEN');
    for (const isEnabled of [false, true]) {
      expect((await patch({ disabled: !isEnabled })).body.data.user.disabled).toBe(!isEnabled);
      expect((await post('/refresh-token', { refreshToken: ada.refreshToken })).body.code).toBe('SESSION_EXPIRED');
      expect((await post('/password/reset', { token: reset, newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
      expect((await post('/2fa/verify', { token: '123456' }, challenge)).body.code).toBe('INVALID_TOKEN');
      expect((await get('/me', ada.accessToken)).body.code).toBe('INVALID_TOKEN');
      const login = await post('/login', { email: ada.email, password: PASSWORD });
      expect(login.body.code).toBe(isEnabled ? undefined : 'INVALID_CREDENTIALS');
    }
    expect((await store.sessions.find(ada.sessionId))?.revokeReason).toBe('account-disabled');
    const told = emitted.filter(({ type }) => type === 'account.disabled' || type === 'account.enabled');
    expect(told.map(({ type, actorId, userId }) => [type, actorId, userId])).toEqual([
      ['account.disabled', admin.userId, ada.userId],
      ['account.enabled', admin.userId, ada.userId],
    ]);
  });

  it('L6: a new address is unverified, links to the old one are void, and the old one is notified', async () => {
    const { patch, post, get, ada, tokenOf, mail, show } = await createAdminTestApp();
    await post('/email/verify', { token: await tokenOf('email-verification') });
    await post('/password/request', { email: ada.email });
    const reset = await tokenOf('password-reset');
    expect((await patch({ email: 'Countess@Example.com' })).body.data.user).toMatchObject({ email: NEW, emailVerified: false });
    expect((await post('/password/reset', { token: reset, newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
    expect((await get('/me', ada.accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await post('/refresh-token', { refreshToken: ada.refreshToken })).body.code).toBe('SESSION_EXPIRED');
    const notice = await mail.next('security-notice');
    expect([notice.to, notice.data['notice']]).toEqual([ada.email, 'email-changed']);
    // The administrator's own address and device are not shown to the user.
    expect(notice.text).not.toContain('192.0.2.1');
    await mail.settled();
    const verification = mail.messages.find(({ kind, to }) => kind === 'email-verification' && to === NEW);
    await post('/email/verify', { token: verification?.data.token });
    expect(await show()).toMatchObject({ email: NEW, emailVerified: true });
    expect((await post('/login', { email: NEW, password: PASSWORD })).status).toBe(200);
  });

  it('moves an invitation to the new address, and voids the old one', async () => {
    const { auth, send, admin, mail, post } = await createAdminTestApp();
    const caller = { accessToken: admin.accessToken };
    const { user } = await auth.api.inviteUser({ email: 'bob@example.com', name: 'Bob' }, caller);
    const first = await mail.next('invitation');
    await send({ method: 'PATCH', path: `/users/${user.id}`, token: admin.accessToken, body: { email: 'bobby@example.com' } });
    const second = await mail.next('invitation');
    expect([first.to, second.to]).toEqual(['bob@example.com', 'bobby@example.com']);
    expect((await post('/password/reset', { token: first.data.token, newPassword: NEW_PASSWORD })).body.code).toBe('INVALID_RESET_TOKEN');
    expect((await post('/password/reset', { token: second.data.token, newPassword: NEW_PASSWORD })).status).toBe(200);
    expect((await auth.api.user({ id: user.id }, caller)).user).toMatchObject({ email: 'bobby@example.com', emailVerified: true });
  });

  it('changes nothing if an address or username is taken', async () => {
    const { patch, store, auth, admin, emitted } = await createAdminTestApp();
    await auth.api.updateMe({ username: 'root_' }, { accessToken: admin.accessToken });
    const before = stateOf(store);
    expect((await patch({ name: 'B', role: 'admin', email: ADMIN.email, username: 'root_' })).body.code).toBe('EMAIL_TAKEN');
    expect((await patch({ name: 'B', role: 'admin', email: NEW, username: 'ROOT_' })).body.code).toBe('USERNAME_TAKEN');
    expect(stateOf(store)).toEqual(before);
    expect(emitted.slice(-2).map(({ type, detail }) => [type, detail])).toEqual([
      ['account.update-refused', { reason: 'email-taken' }],
      ['account.update-refused', { reason: 'username-taken' }],
    ]);
  });

  it.each([{ role: 'user' }, { disabled: true }])('counts an administrator without a password, and refuses %j for the last one', async (loss) => {
    const { send, admin, ada, patch, store, clock, auth } = await createAdminTestApp();
    await patch({ role: 'admin' });
    await store.users.setPassword(admin.userId, { hash: null, at: clock.now() });
    const { accessToken: token } = await loginAs(auth);
    const change = (id: string) => send({ method: 'PATCH', path: `/users/${id}`, token, body: loss });
    const listed = await auth.api.users({ role: 'admin', status: 'invited' }, { accessToken: token });
    expect(listed.users).toEqual([]);
    // The administrator without a password is the one who remains.
    expect((await change(ada.userId)).status).toBe(200);
    expect((await store.users.update(admin.userId, loss, { at: clock.now(), keepLastOf: 'admin' })).kind).toBe('last-of-role');
    expect(await store.users.remove(admin.userId, 'admin')).toBe('last-of-role');
  });

  it.each([{ role: 'user' }, { disabled: true }])('refuses %j for the last administrator', async (loss) => {
    const { send, admin, patch, store, get } = await createAdminTestApp();
    const change = () => send({ method: 'PATCH', path: `/users/${admin.userId}`, token: admin.accessToken, body: loss });
    const before = stateOf(store);
    expect([(await change()).status, (await change()).body.code]).toEqual([409, 'LAST_ADMIN']);
    expect(stateOf(store)).toEqual(before);
    await patch({ role: 'admin' });
    await patch({ disabled: true });
    expect((await change()).body.code).toBe('LAST_ADMIN');
    await patch({ disabled: false });
    expect((await change()).status).toBe(200);
    expect((await get('/me', admin.accessToken)).body.code).toBe('INVALID_TOKEN');
  });

  it('G1: records one event for each actual change', async () => {
    const { patch, emitted, ada, admin } = await createAdminTestApp();
    const typesOf = async (body: Parameters<typeof patch>[0]): Promise<string[]> => {
      const from = emitted.length;
      expect((await patch(body)).status).toBe(200);
      const about = { userId: ada.userId, actorId: admin.userId, sessionId: admin.sessionId };
      const own = emitted.slice(from);
      for (const event of own) expect(event).toMatchObject({ ...about, outcome: 'success', ip: '192.0.2.1' });
      return own.map(({ type }) => type);
    };
    expect(await typesOf({})).toEqual([]);
    expect(await typesOf({ role: 'user', disabled: false, email: ada.email, name: 'Ada Lovelace' })).toEqual([]);
    expect(await typesOf({ name: 'B', username: 'bob', role: 'admin', email: NEW, disabled: true })).toEqual([
      'account.updated', 'account.role-changed', 'email.changed', 'account.disabled',
    ]);
    expect(emitted.find(({ type }) => type === 'account.role-changed')?.detail).toEqual({ from: 'user', to: 'admin' });
    expect(emitted.find(({ type }) => type === 'account.updated')?.detail).toEqual({ fields: 'name,username' });
  });
});
