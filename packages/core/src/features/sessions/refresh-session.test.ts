import { describe, expect, it } from 'vitest';
import { createTestApp, PASSWORD, SECRET, sender } from '../../test-kit/test-app.js';
import { createAuth } from '../../create-auth.js';
import { createKeyring } from '../../crypto/keyring.js';
import { loginAs } from '../../testing/login-as.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import { deriveRefreshToken } from './refresh-token.js';

const DAY = 24 * 60 * 60 * 1_000;

async function loggedIn(options: Parameters<typeof createTestApp>[0] = {}) {
  const world = createTestApp(options);
  const session = await loginAs(world.auth);
  const refresh = (refreshToken: string) => world.post('/refresh-token', { refreshToken });
  const record = async () => world.store.sessions.find(session.sessionId);
  return { ...world, ...session, refresh, record };
}

describe('rotation', () => {
  it('S1: a refresh repeated within the grace gets the same successor, and the counter stays', async () => {
    const { refresh, refreshToken, clock, record, get } = await loggedIn();
    const first = await refresh(refreshToken);
    expect(first.body.data.refreshToken).not.toBe(refreshToken);
    await clock.advance(30_000);
    const second = await refresh(refreshToken);
    expect(second.status).toBe(200);
    expect(second.body.data.refreshToken).toBe(first.body.data.refreshToken);
    expect((await get('/me', second.body.data.accessToken)).status).toBe(200);
    expect(await record()).toMatchObject({ refreshCounter: 1, revokedAt: null });
  });

  it('S1: the grace counts from the first use, and repeating never extends it', async () => {
    const { refresh, refreshToken, clock, get } = await loggedIn();
    await get('/me', (await refresh(refreshToken)).body.data.accessToken);
    for (let times = 0; times < 2; times += 1) {
      await clock.advance(15_000);
      expect((await refresh(refreshToken)).status).toBe(200);
    }
    await clock.advance(1);
    expect((await refresh(refreshToken)).body.code).toBe('REFRESH_TOKEN_REUSED');
  });

  it('S1: each successor works once it is current, for a whole chain', async () => {
    const { refresh, refreshToken, clock } = await loggedIn();
    const seen = new Set([refreshToken]);
    let current = refreshToken;
    for (let times = 0; times < 20; times += 1) {
      await clock.advance(60_000);
      const { status, body } = await refresh(current);
      expect(status).toBe(200);
      current = body.data.refreshToken;
      expect(seen.has(current)).toBe(false);
      seen.add(current);
    }
  });

  it('S2: the previous token, after the grace, ends the session before the response is sent', async () => {
    const { refresh, refreshToken, accessToken, clock, get, record } = await loggedIn();
    const successor = (await refresh(refreshToken)).body.data;
    await get('/me', successor.accessToken);
    await clock.advance(30_001);
    const replay = await refresh(refreshToken);
    expect([replay.status, replay.body.code]).toEqual([401, 'REFRESH_TOKEN_REUSED']);
    expect(await record()).toMatchObject({ revokedAt: clock.now(), revokeReason: 'refresh-token-reuse' });
    expect((await get('/me', accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await get('/me', successor.accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await refresh(successor.refreshToken)).body.code).toBe('SESSION_EXPIRED');
    expect((await refresh(refreshToken)).body.code).toBe('SESSION_EXPIRED');
  });

  it('S2: a token two generations old is a replay even within the grace', async () => {
    const { refresh, refreshToken, record } = await loggedIn();
    const second = (await refresh(refreshToken)).body.data.refreshToken;
    await refresh(second);
    expect((await refresh(refreshToken)).body.code).toBe('REFRESH_TOKEN_REUSED');
    expect((await record())?.revokeReason).toBe('refresh-token-reuse');
  });

  it('S2: without a grace, every repetition is a replay', async () => {
    const { refresh, refreshToken, clock, get } = await loggedIn({ session: { refreshGrace: 0 } });
    await get('/me', (await refresh(refreshToken)).body.data.accessToken);
    await clock.advance(1);
    expect((await refresh(refreshToken)).body.code).toBe('REFRESH_TOKEN_REUSED');
  });

  it("S2: a replay ends only its session, not the user's other ones", async () => {
    const { auth, refresh, refreshToken, clock, get } = await loggedIn();
    const other = await loginAs(auth);
    await get('/me', (await refresh(refreshToken)).body.data.accessToken);
    await clock.advance(31_000);
    await refresh(refreshToken);
    expect((await get('/me', other.accessToken)).status).toBe(200);
  });

  it.each([11_000, 5 * 60_000, 8 * 3_600_000])('S8: a response that was lost %i ms ago does not end the session', async (ms) => {
    const { refresh, refreshToken, clock, record, get } = await loggedIn();
    const lost = (await refresh(refreshToken)).body.data;
    await clock.advance(ms);
    const again = await refresh(refreshToken);
    expect([again.status, again.body.data.refreshToken]).toEqual([200, lost.refreshToken]);
    expect((await get('/me', again.body.data.accessToken)).status).toBe(200);
    expect(await record()).toMatchObject({ refreshCounter: 1, revokedAt: null });
  });

  it('S8: once the successor was used, by its refresh token or its access token at any route, its predecessor is a replay', async () => {
    const byRefresh = await loggedIn();
    const next = (await byRefresh.refresh(byRefresh.refreshToken)).body.data;
    await byRefresh.refresh(next.refreshToken);
    expect((await byRefresh.refresh(byRefresh.refreshToken)).body.code).toBe('REFRESH_TOKEN_REUSED');
    const byGuard = await loggedIn();
    const { accessToken } = (await byGuard.refresh(byGuard.refreshToken)).body.data;
    const head = { method: 'GET', ip: '192.0.2.1', mount: '', header: (name: string) => (name === 'authorization' ? `Bearer ${accessToken}` : undefined) };
    expect((await byGuard.auth.guard(head)).kind).toBe('allowed');
    await byGuard.clock.advance(30_001);
    expect((await byGuard.refresh(byGuard.refreshToken)).body.code).toBe('REFRESH_TOKEN_REUSED');
  });

  it('S8: an access token from before a lost refresh, or renewed with it, does not count as use of the successor', async () => {
    const { refresh, refreshToken, accessToken, clock, get, post } = await loggedIn();
    await refresh(refreshToken);
    expect((await get('/me', accessToken)).status).toBe(200);
    const renewed = (await post('/reauthenticate', { password: PASSWORD }, accessToken)).body.data.accessToken;
    expect((await get('/me', renewed)).status).toBe(200);
    await clock.advance(60_000);
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  it('G1: a routine refresh is passed to onEvent, and stored only if configured', async () => {
    for (const refreshes of [false, true]) {
      const { refresh, refreshToken, store, emitted } = await loggedIn({ audit: { refreshes } });
      await refresh(refreshToken);
      expect(emitted.filter(({ type }) => type === 'session.refreshed')).toHaveLength(1);
      const stored = (store.dump()['events'] ?? []).filter((event) => Reflect.get(event, 'type') === 'session.refreshed');
      expect(stored).toHaveLength(refreshes ? 1 : 0);
    }
  });

  it('S3: of parallel refreshes with one token all succeed with one successor, and the counter moves by one', async () => {
    const { refresh, refreshToken, record } = await loggedIn();
    const replies = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(new Set(replies.map(({ body }) => body.data.refreshToken)).size).toBe(1);
    expect((await record())?.refreshCounter).toBe(1);
  });
});

describe('stolen data', () => {
  it('S4: a dump of the database contains no token, and nothing to derive one from', async () => {
    const { store, refreshToken, accessToken, deviceToken } = await loggedIn();
    const dump = JSON.stringify(store.dump());
    for (const token of [refreshToken, accessToken, deviceToken]) {
      expect(dump).not.toContain(token);
      expect(dump).not.toContain(token.slice(-40));
    }
  });

  it('S4: neither the salt without the secret nor the secret without the salt makes a refresh token', async () => {
    const { record, refresh, refreshToken } = await loggedIn();
    const session = await record();
    if (session === null) throw new Error('no session');
    expect(deriveRefreshToken(createKeyring([SECRET]), session)).toBe(refreshToken);
    const withoutSecret = deriveRefreshToken(createKeyring(['another secret, of 32 bytes or more']), session);
    const withoutSalt = deriveRefreshToken(createKeyring([SECRET]), { ...session, refreshSalt: '' });
    const ofNoSession = deriveRefreshToken(createKeyring([SECRET]), { ...session, id: '01JGFJJZ00ZZZZZZZZZZZZZZZZ' });
    for (const forged of [withoutSecret, withoutSalt, ofNoSession]) {
      expect((await refresh(forged)).body.code).toBe('INVALID_REFRESH_TOKEN');
    }
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  it('S4: a token of a generation that was never issued ends the session, since only someone with the keys can create one', async () => {
    const { record, refresh } = await loggedIn();
    const session = await record();
    if (session === null) throw new Error('no session');
    const ahead = deriveRefreshToken(createKeyring([SECRET]), { ...session, refreshCounter: 7 });
    expect((await refresh(ahead)).body.code).toBe('REFRESH_TOKEN_REUSED');
    expect((await record())?.revokedAt).not.toBeNull();
  });

  it.each([
    ['its last character', (token: string) => token.slice(0, -1)],
    ['unused bits', (token: string) => token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1)],
    ['padding', (token: string) => `${token}=`],
    ['more', (token: string) => `${token}AAAA`],
    ['its prefix', (token: string) => token.slice('sp_rt_'.length)],
    ['case', (token: string) => token.toLowerCase()],
    ['the counter', (token: string) => flip(token, 29)],
    ['the MAC', (token: string) => flip(token, 45)],
    ['the session', (token: string) => flip(token, 20)],
  ])('S4: a token altered in %s is invalid, and changes nothing', async (_what, alter) => {
    const { refresh, refreshToken, record } = await loggedIn();
    const before = await record();
    const altered = alter(refreshToken);
    expect(altered).not.toBe(refreshToken);
    expect((await refresh(altered)).body.code).toBe('INVALID_REFRESH_TOKEN');
    expect(await record()).toEqual(before);
  });

  it.each(['x', 'sp_rt_', 'garbage.of.a-jwt', 'x'.repeat(2_000)])('S4: %s is not a refresh token', async (text) => {
    expect((await createTestApp().post('/refresh-token', { refreshToken: text })).body.code).toBe('INVALID_REFRESH_TOKEN');
  });
});

describe('the lifetime of a session', () => {
  it('S5: seven days without a refresh end it', async () => {
    const { refresh, refreshToken, clock } = await loggedIn();
    await clock.advance(7 * DAY - 1);
    const next = await refresh(refreshToken);
    expect(next.status).toBe(200);
    await clock.advance(7 * DAY);
    expect((await refresh(next.body.data.refreshToken)).body.code).toBe('SESSION_EXPIRED');
  });

  it('S5: thirty days end it, however often it is refreshed', async () => {
    const { refresh, refreshToken, clock, record, get } = await loggedIn();
    const end = clock.now() + 30 * DAY;
    let current = refreshToken;
    for (let times = 0; times < 5; times += 1) {
      await clock.advance(5 * DAY);
      current = (await refresh(current)).body.data.refreshToken;
    }
    await clock.advance(5 * DAY - 1);
    const last = await refresh(current);
    expect(last.status).toBe(200);
    expect(await record()).toMatchObject({ idleExpiresAt: end, expiresAt: end });
    await clock.advance(1);
    expect((await get('/me', last.body.data.accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await refresh(last.body.data.refreshToken)).body.code).toBe('SESSION_EXPIRED');
  });

  it('S5: use without a refresh does not extend it', async () => {
    const { auth, get, clock, accessToken } = await loggedIn({
      session: { idleTtl: '5m', absoluteTtl: '1h' },
      tokens: { accessTtl: '10m' },
    });
    await clock.advance(4 * 60_000);
    expect((await get('/me', accessToken)).status).toBe(200);
    await clock.advance(60_000);
    // The access token itself is valid for another five minutes; its session is not.
    expect((await auth.verifyAccessToken(accessToken)).sub).toEqual(expect.any(String));
    expect((await get('/me', accessToken)).body.code).toBe('INVALID_TOKEN');
  });
});

describe('the end of a session', () => {
  const ways: readonly [string, (world: Awaited<ReturnType<typeof loggedIn>>) => Promise<unknown>][] = [
    ['logout', ({ post, accessToken }) => post('/logout', {}, accessToken)],
    ['logout by refresh token', ({ post, refreshToken }) => post('/logout', { refreshToken })],
    ['logout-all', ({ post, accessToken }) => post('/logout-all', {}, accessToken)],
    ['ending the session', ({ del, accessToken, sessionId }) => del(`/sessions/${sessionId}`, accessToken)],
    ['deleting the account', ({ del, accessToken }) => del('/me', accessToken, { password: PASSWORD })],
  ];

  it.each(ways)('S6: %s stops access tokens at once in this process', async (_name, end) => {
    const world = await loggedIn();
    expect((await world.get('/me', world.accessToken)).status).toBe(200);
    await end(world);
    expect((await world.get('/me', world.accessToken)).body.code).toBe('INVALID_TOKEN');
    expect(await world.auth.guard(headOf(world.accessToken))).toMatchObject({ kind: 'refused', reply: { status: 401 } });
    await expect(world.auth.authenticate(`Bearer ${world.accessToken}`)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it.each(ways)('S6: %s reaches another process within stateTtl', async (_name, end) => {
    const world = await loggedIn();
    const elsewhere = sender(createAuth(world.config));
    const me = { path: '/me', token: world.accessToken };
    expect((await elsewhere(me)).status).toBe(200);
    await end(world);
    await world.clock.advance(4_999);
    expect((await elsewhere(me)).status).toBe(200);
    await world.clock.advance(1);
    expect((await elsewhere(me)).status).toBe(401);
  });

  it.each(ways)('S6: %s reaches another process at once if stateTtl is 0', async (_name, end) => {
    const world = await loggedIn({ session: { stateTtl: 0 } });
    const elsewhere = sender(createAuth(world.config));
    const me = { path: '/me', token: world.accessToken };
    expect((await elsewhere(me)).status).toBe(200);
    await end(world);
    expect((await elsewhere(me)).status).toBe(401);
  });

  it('S6: a read that began before a logout is not used after it', async () => {
    const store = createMemoryStore();
    let gate: Promise<void> | undefined;
    let reached = (): void => undefined;
    const sessions = {
      ...store.sessions,
      async findWithUser(id: string) {
        const mine = gate;
        gate = undefined;
        const found = await store.sessions.findWithUser(id);
        reached();
        await mine;
        return found;
      },
    };
    const { get, post, accessToken } = await loggedIn({ store: { ...store, sessions } });
    let release = (): void => undefined;
    gate = new Promise((resolve) => (release = resolve));
    const hasRead = new Promise<void>((resolve) => (reached = resolve));
    const reading = get('/me', accessToken);
    await hasRead;
    await post('/logout', {}, accessToken);
    release();
    expect((await reading).status).toBe(200);
    expect((await get('/me', accessToken)).status).toBe(401);
  });
});

function flip(token: string, byte: number): string {
  const bytes = Buffer.from(token.slice('sp_rt_'.length), 'base64url');
  bytes[byte] = (bytes[byte] ?? 0) ^ 1;
  return `sp_rt_${bytes.toString('base64url')}`;
}

function headOf(token: string) {
  return {
    method: 'GET',
    ip: '192.0.2.1',
    mount: '/auth',
    header: (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined),
  };
}
