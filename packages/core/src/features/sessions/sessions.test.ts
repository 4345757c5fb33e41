import { describe, expect, it } from 'vitest';
import { createTestApp, PASSWORD } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';

describe('logout', () => {
  it('accepts the refresh token only, after the access token has expired, and repeatedly', async () => {
    const { auth, post, clock } = createTestApp();
    const { refreshToken, accessToken } = await loginAs(auth);
    await clock.advance(11 * 60_000);
    expect((await post('/logout', {}, accessToken)).body.code).toBe('INVALID_TOKEN');
    for (const token of [undefined, accessToken]) {
      const { status, body } = await post('/logout', { refreshToken }, token);
      expect([status, body.data.auth.status]).toEqual([200, 'LOGGED_OUT']);
    }
    expect((await post('/refresh-token', { refreshToken })).body.code).toBe('SESSION_EXPIRED');
  });

  it('requires one of the two tokens', async () => {
    const { post } = createTestApp();
    expect((await post('/logout')).body.code).toBe('UNAUTHENTICATED');
    expect((await post('/logout', {}, 'garbage')).body.code).toBe('INVALID_TOKEN');
    expect((await post('/logout', { refreshToken: 'sp_rt_garbage' })).body.code).toBe('INVALID_REFRESH_TOKEN');
  });

  it("takes the caller's own id, and refuses another's without ending anything", async () => {
    const { auth, post, get } = createTestApp();
    const ada = await loginAs(auth);
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    const foreign = await post('/logout', { id: bob.userId }, ada.accessToken);
    expect([foreign.status, foreign.body.code]).toEqual([403, 'FORBIDDEN']);
    expect((await post('/logout', { id: bob.userId, refreshToken: ada.refreshToken })).status).toBe(403);
    expect((await get('/me', ada.accessToken)).status).toBe(200);
    expect((await get('/me', bob.accessToken)).status).toBe(200);
    expect((await post('/logout', { id: ada.userId }, ada.accessToken)).status).toBe(200);
    expect((await get('/me', ada.accessToken)).status).toBe(401);
    expect((await get('/me', bob.accessToken)).status).toBe(200);
  });

  it('ends the session of the access token if both tokens are sent', async () => {
    const { auth, post, get } = createTestApp();
    const one = await loginAs(auth);
    const two = await loginAs(auth);
    await post('/logout', { refreshToken: two.refreshToken }, one.accessToken);
    expect((await get('/me', one.accessToken)).status).toBe(401);
    expect((await get('/me', two.accessToken)).status).toBe(200);
  });
});

describe('logout-all', () => {
  it("ends and counts the user's sessions, and no other user's", async () => {
    const { auth, post, get } = createTestApp();
    const sessions = [await loginAs(auth), await loginAs(auth), await loginAs(auth)];
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    const { body } = await post('/logout-all', {}, sessions[1]?.accessToken);
    expect(body.data).toMatchObject({ revoked: 3, auth: { status: 'LOGGED_OUT' } });
    for (const { accessToken, refreshToken } of sessions) {
      expect((await get('/me', accessToken)).body.code).toBe('INVALID_TOKEN');
      expect((await post('/refresh-token', { refreshToken })).body.code).toBe('SESSION_EXPIRED');
    }
    expect((await get('/me', bob.accessToken)).status).toBe(200);
  });
});

describe('the list of sessions', () => {
  it('has the live ones, newest first, and marks the current one', async () => {
    const { auth, get, del, clock } = createTestApp();
    const old = await loginAs(auth, { ip: '198.51.100.1', userAgent: 'an old phone' });
    await clock.advance(1_000);
    const ended = await loginAs(auth);
    const asking = await loginAs(auth, { ip: '198.51.100.2', userAgent: 'a browser\r\nX: ü' });
    expect(await del(`/sessions/${ended.sessionId}`, asking.accessToken)).toMatchObject({ status: 204, text: null });
    const { sessions } = (await get('/sessions', asking.accessToken)).body.data;
    const times = (at: string) => ({ createdAt: at, lastUsedAt: at });
    expect(sessions).toEqual([
      { id: asking.sessionId, ...times('2026-01-01T00:00:01.000Z'), ip: '198.51.100.2', userAgent: 'a browser??X: ?', aal: 1, current: true },
      { id: old.sessionId, ...times('2026-01-01T00:00:00.000Z'), ip: '198.51.100.1', userAgent: 'an old phone', aal: 1, current: false },
    ]);
  });

  it('shows when a session was last refreshed', async () => {
    const { auth, get, post, clock } = createTestApp();
    const { refreshToken } = await loginAs(auth);
    await clock.advance(60_000);
    const { accessToken } = (await post('/refresh-token', { refreshToken })).body.data;
    expect((await get('/sessions', accessToken)).body.data.sessions[0]?.lastUsedAt).toBe('2026-01-01T00:01:00.001Z');
  });

  it('never gets longer than maxPerUser: the oldest session ends', async () => {
    const { auth, get } = createTestApp({ session: { maxPerUser: 2 } });
    const [first, second, third] = [await loginAs(auth), await loginAs(auth), await loginAs(auth)];
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    expect((await get('/me', first.accessToken)).status).toBe(401);
    const { sessions } = (await get('/sessions', third.accessToken)).body.data;
    expect(sessions.map(({ id }) => id)).toEqual([third.sessionId, second.sessionId]);
    expect((await get('/me', bob.accessToken)).status).toBe(200);
  });

  it('no longer has a session that has ended itself', async () => {
    const { auth, get, del } = createTestApp();
    const { accessToken, sessionId } = await loginAs(auth);
    expect((await del(`/sessions/${sessionId}`, accessToken)).status).toBe(204);
    expect((await get('/me', accessToken)).status).toBe(401);
  });
});

describe('the list of devices', () => {
  it('has one entry for a device that logs in repeatedly, and marks the current one', async () => {
    const { auth, get, clock } = createTestApp();
    const phone = await loginAs(auth, { userAgent: 'phone/1' });
    const desk = await loginAs(auth, { userAgent: 'desk' });
    await clock.advance(1_000);
    const again = await loginAs(auth, { userAgent: 'phone/2', deviceToken: phone.deviceToken });
    expect(again.deviceToken).toBe(phone.deviceToken);
    const { devices } = (await get('/devices', desk.accessToken)).body.data;
    expect(devices).toMatchObject([
      { userAgent: 'phone/2', firstSeenAt: '2026-01-01T00:00:00.000Z', lastSeenAt: '2026-01-01T00:00:01.000Z', trustedUntil: null, current: false },
      { userAgent: 'desk', current: true },
    ]);
    expect(Object.keys(devices[0] ?? {}).toSorted()).toEqual(['current', 'firstSeenAt', 'id', 'lastSeenAt', 'trustedUntil', 'userAgent']);
  });

  it('forgets a device without ending its session', async () => {
    const { auth, get, del } = createTestApp();
    const { accessToken, deviceToken } = await loginAs(auth);
    const { devices } = (await get('/devices', accessToken)).body.data;
    const path = `/devices/${devices[0]?.id}`;
    expect((await del(path, accessToken)).status).toBe(204);
    expect((await del(path, accessToken)).status).toBe(404);
    expect((await get('/devices', accessToken)).body.data.devices).toEqual([]);
    const next = await loginAs(auth, { deviceToken });
    expect(next.deviceToken).not.toBe(deviceToken);
  });

  it('does not accept another user’s device token', async () => {
    const { auth, get } = createTestApp();
    const ada = await loginAs(auth);
    const bob = await loginAs(auth, { email: 'bob@example.com', deviceToken: ada.deviceToken });
    expect(bob.deviceToken).not.toBe(ada.deviceToken);
    expect((await get('/devices', ada.accessToken)).body.data.devices).toHaveLength(1);
    expect((await get('/devices', bob.accessToken)).body.data.devices).toHaveLength(1);
  });
});

describe('reauthentication', () => {
  it('makes the session recent again with the correct password only', async () => {
    const { auth, post, get, clock } = createTestApp();
    const { accessToken } = await loginAs(auth);
    await clock.advance(6 * 60_000);
    expect((await get('/me/export', accessToken)).body.code).toBe('STEP_UP_REQUIRED');
    expect((await post('/reauthenticate', { password: `${PASSWORD} ` }, accessToken)).body.code).toBe('INVALID_CREDENTIALS');
    expect((await get('/me/export', accessToken)).body.code).toBe('STEP_UP_REQUIRED');
    const fresh = (await post('/reauthenticate', { password: PASSWORD }, accessToken)).body.data.accessToken;
    expect((await get('/me/export', fresh)).status).toBe(200);
    const claims = await auth.verifyAccessToken(fresh);
    expect(claims.auth_time * 1_000).toBe(clock.now());
  });

  it('does not happen at a refresh', async () => {
    const { auth, post, get, clock } = createTestApp();
    const { refreshToken } = await loginAs(auth);
    await clock.advance(6 * 60_000);
    const { accessToken } = (await post('/refresh-token', { refreshToken })).body.data;
    expect((await get('/me/export', accessToken)).body.code).toBe('STEP_UP_REQUIRED');
  });
});
