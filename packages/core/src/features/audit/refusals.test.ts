import { describe, expect, it } from 'vitest';
import { createAdminTestApp } from '../../test-kit/admin-test-app.js';
import { createTestApp } from '../../test-kit/test-app.js';
import type { TestApp } from '../../test-kit/test-app.js';
import type { EventRecord } from '../../ports/store/events.js';
import { loginAs } from '../../testing/login-as.js';

const HOUR = 3_600_000;
const BY_NAME = { throttling: { source: false } };

function rowsOf({ store }: Pick<TestApp, 'store'>, type: string): readonly EventRecord[] {
  const rows: readonly object[] = store.dump()['events'] ?? [];
  return rows.filter((row): row is EventRecord => Reflect.get(row, 'type') === type);
}

describe('recorded refusals', () => {
  it('Z4: of any number of anonymous invalid requests to /email/verify are one row an hour', async () => {
    const app = createTestApp(BY_NAME);
    for (let n = 0; n < 200; n += 1) {
      const body = { token: String(n).padStart(64, 'a') };
      await app.send({ method: 'POST', path: '/email/verify', body, ip: `198.51.100.${n}`, headers: { 'user-agent': `agent ${n}` } });
    }
    const [row, ...others] = rowsOf(app, 'email.verification-refused');
    expect([row?.count, others]).toEqual([200, []]);
    expect(row).toMatchObject({ userId: null, ip: '198.51.100.199', userAgent: 'agent 199', lastAt: app.clock.now() });
  });

  it('Z4: are one row an hour for each user and reason, also at the guard', async () => {
    const app = createTestApp(BY_NAME);
    const { accessToken, userId } = await loginAs(app.auth);
    const head = { method: 'GET', ip: '192.0.2.1', mount: '', header: (name: string) => (name === 'authorization' ? `Bearer ${accessToken}` : undefined) };
    const rule = app.auth.accessRule({ roles: ['admin'] });
    for (let n = 0; n < 100; n += 1) await app.auth.guard(head, rule);
    await app.get('/users', accessToken);
    for (let n = 0; n < 3; n += 1) await app.post('/login', { email: 'ada@example.com', password: 'wrong' });
    expect(rowsOf(app, 'access.denied')).toMatchObject([{ userId, count: 101, detail: { code: 'FORBIDDEN' } }]);
    expect(rowsOf(app, 'login.failed')).toMatchObject([{ userId, count: 3, detail: { reason: 'wrong-password' } }]);
  });

  it('Z4: begin a new row each hour, and are counted separately for each user', async () => {
    const app = createTestApp(BY_NAME);
    const fail = async (email: string) => app.post('/login', { email, password: 'wrong' });
    await loginAs(app.auth);
    const start = app.clock.now();
    await fail('ada@example.com');
    await fail('nobody@example.com');
    await app.clock.advance(HOUR - 1);
    await fail('ada@example.com');
    await app.clock.advance(1);
    await fail('ada@example.com');
    expect(rowsOf(app, 'login.failed').map(({ at, lastAt, count, detail }) => [at - start, lastAt === null ? null : lastAt - start, count, detail?.['reason']])).toEqual([
      [0, HOUR - 1, 2, 'wrong-password'],
      [0, null, 1, 'unknown-account'],
      [HOUR, null, 1, 'wrong-password'],
    ]);
  });

  it('G1: are each passed to the listener, with row and count', async () => {
    const app = createTestApp(BY_NAME);
    for (let n = 0; n < 3; n += 1) {
      await app.post('/login', { email: `nobody${n}@example.com`, password: 'wrong' });
      await app.clock.advance(1_000);
    }
    const heard = app.emitted.filter(({ type }) => type === 'login.failed');
    expect(heard.map(({ count }) => count)).toEqual([1, 2, 3]);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(1);
    expect(heard.at(-1)?.lastAt).toBe(app.clock.now() - 1_000);
    expect(heard.at(-1)).toEqual(rowsOf(app, 'login.failed')[0]);
  });

  it('G1: have count and last time in the trail and in the export', async () => {
    const app = await createAdminTestApp(BY_NAME);
    const { ada, get, clock } = app;
    for (let n = 0; n < 2; n += 1) {
      await app.post('/login', { email: ada.email, password: 'wrong' });
      await clock.advance(1_000);
    }
    const expected = { type: 'login.failed', count: 2, at: new Date(clock.now() - 2_000).toISOString(), lastAt: new Date(clock.now() - 1_000).toISOString() };
    for (const path of [`/users/${ada.userId}/events`, '/me/export']) {
      const { events } = (await get(path, ada.accessToken)).body.data;
      expect(events.find(({ type }) => type === 'login.failed')).toMatchObject(expected);
      expect(events.find(({ type }) => type === 'login.succeeded')).toMatchObject({ count: 1, lastAt: null });
    }
  });
});
