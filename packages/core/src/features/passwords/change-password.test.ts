import { describe, expect, it } from 'vitest';
import { ADA, createAdaWorld, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { createTestApp, PASSWORD, stateOf } from '../../test-kit/test-app.js';
import { headerOf, toAuthRequest } from '../../testing/client.js';
import { inbox } from '../../testing/inbox.js';
import { loginAs } from '../../testing/login-as.js';

const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };

describe('changing a password', () => {
  it('P5: requires the current one, and changes nothing without it', async () => {
    const { post, ada, store, emitted, mail } = await createAdaWorld();
    await mail.settled();
    const before = stateOf(store);
    const reply = await post('/password/change', { ...change, currentPassword: 'a guess' }, ada.accessToken);
    expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_CREDENTIALS']);
    expect(stateOf(store)).toEqual(before);
    expect(emitted.at(-1)).toMatchObject({ type: 'password.change-refused', outcome: 'failure', userId: ada.userId });
    expect((await post('/password/change', change)).body.code).toBe('UNAUTHENTICATED');
  });

  it('S6: ends all other sessions at once, and this one continues with the returned token', async () => {
    const { post, get, ada, auth } = await createAdaWorld();
    const other = await loginAs(auth, { email: ADA });
    const { status, body } = await post('/password/change', change, ada.accessToken);
    expect([status, body.data.auth.status]).toEqual([200, 'BASIC_AUTH']);
    expect((await get('/me', body.data.accessToken)).status).toBe(200);
    for (const { accessToken } of [ada, other]) expect((await get('/me', accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await post('/refresh-token', { refreshToken: other.refreshToken })).body.code).toBe('SESSION_EXPIRED');
    const refreshed = await post('/refresh-token', { refreshToken: ada.refreshToken });
    expect((await get('/me', refreshed.body.data.accessToken)).status).toBe(200);
    expect((await post('/login', { email: ADA, password: PASSWORD })).status).toBe(401);
    expect((await post('/login', { email: ADA, password: NEW_PASSWORD })).status).toBe(200);
  });

  it('S2: replaces the refresh token: an earlier one is a replay once the new one was used', async () => {
    const { post, ada, clock } = await createAdaWorld();
    const changed = (await post('/password/change', change, ada.accessToken)).body.data;
    expect(changed.refreshToken).not.toBe(ada.refreshToken);
    expect((await post('/refresh-token', { refreshToken: changed.refreshToken })).status).toBe(200);
    clock.set(clock.now() + 60_000);
    expect((await post('/refresh-token', { refreshToken: ada.refreshToken })).body.code).toBe('REFRESH_TOKEN_REUSED');
  });

  it('L2: forgets every other device: old device tokens give no fresh attempts', async () => {
    const { post, ada, auth, store } = await createAdaWorld();
    const [own] = await store.devices.list(ada.userId);
    await loginAs(auth, { email: ADA });
    expect(await store.devices.list(ada.userId)).toHaveLength(2);
    await post('/password/change', change, ada.accessToken);
    expect((await store.devices.list(ada.userId)).map(({ id }) => id)).toEqual([own?.id]);
  });

  it('M7: ends the trust in devices', async () => {
    const { post, ada, store, clock } = await createAdaWorld();
    const [device] = await store.devices.list(ada.userId);
    await store.devices.trust(device?.id ?? '', clock.now() + 1e9);
    await post('/password/change', change, ada.accessToken);
    expect((await store.devices.list(ada.userId)).map(({ trustedUntil }) => trustedUntil)).toEqual([null]);
  });

  it('L6, G1: notifies the owner, and records an event', async () => {
    const { post, ada, mail, emitted } = await createAdaWorld();
    await post('/password/change', change, ada.accessToken);
    const notice = await mail.next('security-notice');
    expect([notice.to, notice.data['notice']]).toEqual([ADA, 'password-changed']);
    expect(emitted).toContainEqual(
      expect.objectContaining({ type: 'password.changed', userId: ada.userId, sessionId: ada.sessionId }),
    );
  });

  it('P3: refuses a weak new password', async () => {
    const { post, ada, store, mail } = await createAdaWorld();
    await mail.settled();
    const before = stateOf(store);
    for (const newPassword of ['Password1', 'ada.lovelace!', 'short']) {
      const { body } = await post('/password/change', { ...change, newPassword }, ada.accessToken);
      expect([body.code, body.meta.issues?.[0]?.path]).toEqual(['WEAK_PASSWORD', 'newPassword']);
    }
    expect(stateOf(store)).toEqual(before);
  });

  it('of concurrent changes exactly one wins', async () => {
    const { post, ada, auth } = await createAdaWorld();
    const sessions = [ada, await loginAs(auth, { email: ADA }), await loginAs(auth, { email: ADA })];
    const replies = await Promise.all(
      sessions.map(({ accessToken }, n) =>
        post('/password/change', { ...change, newPassword: `${NEW_PASSWORD} ${n}` }, accessToken),
      ),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(replies.map(({ body }) => body.code))).toEqual(new Set([undefined, 'INVALID_TOKEN']));
  });

  it('does not restore a session that ended meanwhile', async () => {
    const { post, ada, store, clock } = await createAdaWorld();
    const [changed] = await Promise.all([
      post('/password/change', change, ada.accessToken),
      store.sessions.revoke(ada.sessionId, clock.now(), 'logout'),
    ]);
    expect(changed.body.code).toBe('INVALID_TOKEN');
    expect((await post('/login', { email: ADA, password: PASSWORD })).status).toBe(200);
  });

  it('S7: puts the fresh access token into its cookie in cookie mode', async () => {
    const origin = 'https://example.com';
    const { auth } = createTestApp({ transport: 'cookie', baseUrl: origin, notifier: inbox() });
    const { accessToken } = await loginAs(auth, { email: ADA });
    const headers = { origin, cookie: `__Host-sp_at=${accessToken}` };
    const reply = await auth.handle(toAuthRequest({ method: 'POST', path: '/password/change', body: change, headers }));
    expect(reply.status).toBe(200);
    expect(headerOf(reply, 'set-cookie')).toContain('__Host-sp_at=');
    expect(reply.body).not.toContain('accessToken":');
  });

  it.each([{}, { currentPassword: PASSWORD }, { ...change, newPassword: 'lone \ud800 surrogate' }, { ...change, userId: 'x' }])(
    'refuses the body %j',
    async (body) => {
      const { post, ada } = await createAdaWorld();
      expect((await post('/password/change', body, ada.accessToken)).body.code).toBe('VALIDATION_FAILED');
    },
  );
});
