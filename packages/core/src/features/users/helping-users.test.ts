import { describe, expect, it } from 'vitest';
import { NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { createAdminTestApp } from '../../test-kit/admin-test-app.js';
import { PASSWORD, stateOf } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';
import { guessCounters } from '../two-factor/begin-factor-attempt.js';

const UNKNOWN = ['01JGFJJZ00ZZZZZZZZZZZZZZZZ', 'x', '%00', '__proto__', ':id'];

describe('administrators helping users', () => {
  it('Z2: an id that is unknown or malformed is NOT_FOUND, and nothing changes', async () => {
    const { send, store, admin, ada } = await createAdminTestApp();
    const before = stateOf(store);
    for (const id of [...UNKNOWN, ada.userId.toLowerCase()]) {
      for (const [method, suffix] of [['GET', ''], ['PATCH', ''], ['PUT', ''], ['DELETE', ''], ['POST', '/logout'], ['POST', '/password-reset'], ['DELETE', '/2fa'], ['GET', '/events']]) {
        const body = method === 'PATCH' || method === 'PUT' ? { name: 'B', role: 'user' } : undefined;
        const reply = await send({ method, path: `/users/${id}${suffix}`, token: admin.accessToken, body });
        expect([method, suffix, id, reply.status]).toEqual([method, suffix, id, 404]);
      }
    }
    expect(stateOf(store)).toEqual(before);
  });

  it('Z2: other users get the same bytes for existing and unknown ids', async () => {
    const { send, admin, auth, store } = await createAdminTestApp();
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    const before = stateOf(store);
    for (const [method, suffix] of [['GET', ''], ['PATCH', ''], ['PUT', ''], ['DELETE', ''], ['GET', '/events']]) {
      const bodies = new Set<string>();
      for (const id of [admin.userId, ...UNKNOWN]) {
        const { status, body } = await send({ method, path: `/users/${id}${suffix}`, token: bob.accessToken });
        expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
        bodies.add(JSON.stringify({ ...body, meta: {} }));
      }
      expect(bodies.size).toBe(1);
    }
    expect(stateOf(store)).toEqual(before);
  });

  it('S6: a forced logout ends every session at once, and returns the number', async () => {
    const { auth, post, get, ada, admin, store, emitted } = await createAdminTestApp();
    const other = await loginAs(auth);
    const reply = await post(`/users/${ada.userId}/logout`, {}, admin.accessToken);
    expect(reply.body.data).toEqual({ revoked: 2 });
    for (const { accessToken, refreshToken } of [ada, other]) {
      expect((await get('/me', accessToken)).body.code).toBe('INVALID_TOKEN');
      expect((await post('/refresh-token', { refreshToken })).body.code).toBe('SESSION_EXPIRED');
    }
    expect((await store.sessions.find(ada.sessionId))?.revokeReason).toBe('ended-by-admin');
    expect((await post(`/users/${ada.userId}/logout`, {}, admin.accessToken)).body.data.revoked).toBe(0);
    expect(emitted.find(({ type }) => type === 'session.all-ended')).toMatchObject({ actorId: admin.userId, userId: ada.userId });
    expect((await get('/me', admin.accessToken)).status).toBe(200);
  });

  it('R6: an administrator starts a reset, and only the owner can set the password', async () => {
    const { send, post, get, ada, admin, tokenOf, emitted } = await createAdminTestApp();
    const path = `/users/${ada.userId}/password-reset`;
    const token = admin.accessToken;
    for (const body of [{ password: NEW_PASSWORD }, { newPassword: NEW_PASSWORD }]) {
      expect((await send({ method: 'POST', path, token, body })).body.code).toBe('VALIDATION_FAILED');
      expect((await send({ method: 'PATCH', path: `/users/${ada.userId}`, token, body })).body.code).toBe('VALIDATION_FAILED');
    }
    const { status, body } = await post(path, {}, token);
    expect([status, body.data]).toEqual([200, {}]);
    // Nothing has changed yet.
    expect((await get('/me', ada.accessToken)).status).toBe(200);
    expect((await post('/login', { email: ada.email, password: PASSWORD })).status).toBe(200);
    expect(emitted.find(({ type }) => type === 'password.reset-requested')).toMatchObject({ actorId: admin.userId, userId: ada.userId });
    await post('/password/reset', { token: await tokenOf('password-reset'), newPassword: NEW_PASSWORD });
    expect((await post('/login', { email: ada.email, password: NEW_PASSWORD })).status).toBe(200);
  });

  it('a user without a password who has logged in gets a reset instead of an invitation, and a notice of the new password', async () => {
    const { post, ada, admin, store, clock, tokenOf, mail } = await createAdminTestApp();
    await store.users.setPassword(ada.userId, { hash: null, at: clock.now() });
    await post(`/users/${ada.userId}/password-reset`, {}, admin.accessToken);
    await post('/password/reset', { token: await tokenOf('password-reset'), newPassword: NEW_PASSWORD });
    expect((await mail.next('security-notice')).data['notice']).toBe('password-reset');
    expect((await post('/login', { email: ada.email, password: NEW_PASSWORD })).status).toBe(200);
  });

  it('R2: starting resets has a limit separate from public requests, which the response reports', async () => {
    const { post, ada, admin, clock } = await createAdminTestApp();
    const start = () => post(`/users/${ada.userId}/password-reset`, {}, admin.accessToken);
    await post('/password/request', { email: ada.email });
    expect((await start()).status).toBe(200);
    const refused = await start();
    expect([refused.status, refused.body.meta.retryAfter]).toEqual([429, 60]);
    clock.set(clock.now() + 60_000);
    expect((await start()).status).toBe(200);
  });

  it('no link is sent to a disabled account, which the response says', async () => {
    const { post, ada, admin, patch, mail } = await createAdminTestApp();
    await patch({ disabled: true });
    const reply = await post(`/users/${ada.userId}/password-reset`, {}, admin.accessToken);
    expect([reply.status, reply.body.code]).toEqual([409, 'ACCOUNT_DISABLED']);
    await mail.settled();
    expect(mail.messages.map(({ kind }) => kind)).not.toContain('password-reset');
  });

  it('L6, M4, M7: a lost second factor is removed with sessions, trust and pause, and the owner is notified', async () => {
    const { send, post, get, ada, admin, enableFactor, store, mail, clock, emitted } = await createAdminTestApp();
    await enableFactor();
    const [device] = await store.devices.list(ada.userId);
    await store.devices.trust(device?.id ?? '', clock.now() + 1e9);
    const keys = Object.values(guessCounters(ada.userId));
    for (const key of keys) await store.counters.take({ hitId: key, key, limits: [], now: clock.now() });
    const challenge = (await post('/login', { email: ada.email, password: PASSWORD })).body.data.challengeToken;

    const request = { method: 'DELETE', path: `/users/${ada.userId}/2fa`, token: admin.accessToken };
    expect((await send(request)).body.data.user).toMatchObject({ id: ada.userId, twoFactorEnabled: false });
    expect((await send(request)).body.code).toBe('TWO_FACTOR_NOT_ENABLED');
    expect((await get('/me', ada.accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await post('/refresh-token', { refreshToken: ada.refreshToken })).body.code).toBe('SESSION_EXPIRED');
    expect((await post('/2fa/verify', { token: '123456' }, challenge)).body.code).toBe('INVALID_TOKEN');
    expect((await store.devices.list(ada.userId)).map(({ trustedUntil }) => trustedUntil)).toEqual([null]);
    expect(await store.factors.listConfirmed(ada.userId)).toEqual([]);
    expect(await store.backupCodes.countUnused(ada.userId)).toBe(0);
    for (const key of keys) expect(await store.counters.count(key, 0)).toBe(0);
    expect((await post('/login', { email: ada.email, password: PASSWORD })).body.data.accessToken).toBeDefined();
    await mail.settled();
    const notices = mail.messages.filter(({ data }) => data['notice'] === 'two-factor-reset');
    expect(notices.map(({ to }) => to)).toEqual([ada.email]);
    expect(emitted.find(({ type }) => type === 'two-factor.disabled')).toMatchObject({ actorId: admin.userId, userId: ada.userId });
  });

  it('M6: an administrator cannot bypass their own second factor this way', async () => {
    const { send, admin, store, emitted } = await createAdminTestApp();
    const before = stateOf(store);
    const reply = await send({ method: 'DELETE', path: `/users/${admin.userId}/2fa`, token: admin.accessToken });
    expect([reply.status, reply.body.code]).toEqual([403, 'FORBIDDEN']);
    expect(stateOf(store)).toEqual(before);
    expect(emitted.at(-1)?.type).toBe('access.denied');
  });
});
