import { describe, expect, it } from 'vitest';
import { createTestApp, PASSWORD, WRONG_PASSWORD } from '../test-kit/test-app.js';
import { fakeClock } from '../testing/fake-clock.js';
import { loginAs } from '../testing/login-as.js';
import { createMemoryStore } from '../testing/memory/memory-store.js';

const HOUR_MS = 3_600_000;
const CREDENTIALS = { email: 'ada@example.com', password: PASSWORD };

describe.each([-30_000, 30_000])('two replicas whose clocks differ by %i ms', (differenceMs) => {
  async function replicas() {
    const store = createMemoryStore();
    const [one, two] = [createTestApp({ store, clock: fakeClock() }), createTestApp({ store, clock: fakeClock() })];
    two.clock.set(one.clock.now() + differenceMs);
    const advance = async (ms: number): Promise<void> => void (await Promise.all([one.clock.advance(ms), two.clock.advance(ms)]));
    return { one, two, advance, session: await loginAs(one.auth, CREDENTIALS) };
  }

  it('S1: log nobody out, whichever of them refreshes and is asked', async () => {
    const { one, two, advance, session } = await replicas();
    let { refreshToken } = session;
    for (let turn = 0; turn < 12; turn += 1) {
      const [first, second] = turn % 2 === 0 ? [one, two] : [two, one];
      const refreshed = await first.post('/refresh-token', { refreshToken });
      expect(refreshed.status).toBe(200);
      const { accessToken } = refreshed.body.data;
      for (const replica of [second, first]) expect((await replica.get('/me', accessToken)).status).toBe(200);
      // Another tab, or a repeated request, that another replica takes.
      const repeated = await second.post('/refresh-token', { refreshToken });
      expect([repeated.status, repeated.body.data.refreshToken]).toEqual([200, refreshed.body.data.refreshToken]);
      expect((await first.get('/me', repeated.body.data.accessToken)).status).toBe(200);
      ({ refreshToken } = refreshed.body.data);
      await advance(9 * 60_000);
    }
  });

  it('S8: forgive an answer that was lost, and S2: no replay of a token that was used', async () => {
    const { one, two, advance, session } = await replicas();
    const lost = await one.post('/refresh-token', { refreshToken: session.refreshToken });
    await advance(HOUR_MS);
    const again = await two.post('/refresh-token', { refreshToken: session.refreshToken });
    expect([again.status, again.body.data.refreshToken]).toEqual([200, lost.body.data.refreshToken]);
    expect((await one.get('/me', again.body.data.accessToken)).status).toBe(200);
    await advance(HOUR_MS);
    expect((await two.post('/refresh-token', { refreshToken: session.refreshToken })).body.code).toBe('REFRESH_TOKEN_REUSED');
  });
});

describe.each([
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
])('a clock that jumps an hour %s', (_, jumpMs) => {
  it('ends no session: the refresh token and a new login work', async () => {
    const { auth, post, get, clock } = createTestApp();
    const { refreshToken } = await loginAs(auth, CREDENTIALS);
    clock.set(clock.now() + jumpMs);
    const refreshed = await post('/refresh-token', { refreshToken });
    expect(refreshed.status).toBe(200);
    expect((await get('/me', refreshed.body.data.accessToken)).status).toBe(200);
    const login = await post('/login', CREDENTIALS);
    expect((await get('/me', login.body.data.accessToken)).status).toBe(200);
  });

  it('S6: lets a logout of another process take effect within stateTtl', async () => {
    const shared = { store: createMemoryStore(), clock: fakeClock(), tokens: { accessTtl: '2h' }, throttling: { source: false } } as const;
    const [one, two] = [createTestApp(shared), createTestApp(shared)];
    const { accessToken } = await loginAs(one.auth, CREDENTIALS);
    expect((await two.get('/me', accessToken)).status).toBe(200);
    await one.post('/logout', {}, accessToken);
    shared.clock.set(shared.clock.now() + jumpMs);
    // It also stays ended until the clock is back where it was.
    await shared.clock.advance(5_000);
    expect((await two.get('/me', accessToken)).status).toBe(401);
  });

  it('L3: causes no wait longer than the window of a limit', async () => {
    const app = createTestApp({ throttling: { limits: { login: { points: 3, window: '1m' } } } });
    for (let n = 0; n < 4; n += 1) await app.post('/login', { ...CREDENTIALS, email: `nobody-${n}@example.com` });
    app.clock.set(app.clock.now() + jumpMs);
    const { body } = await app.post('/login', CREDENTIALS);
    expect(body.meta.retryAfter ?? 0).toBeLessThanOrEqual(60);
  });

  it('L2: causes no wait longer than an hour for the owner', async () => {
    const { auth, post, clock } = createTestApp();
    await loginAs(auth, CREDENTIALS);
    for (let n = 0; n < 6; n += 1) await post('/login', { ...CREDENTIALS, password: WRONG_PASSWORD });
    clock.set(clock.now() + jumpMs);
    const { body } = await post('/login', CREDENTIALS);
    expect(body.meta.retryAfter ?? 0).toBeLessThanOrEqual(3_600 + 30);
  });
});
