import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import type { Auth } from '../../auth.js';
import { endlessTrail } from '../../test-kit/endless-trail.js';
import type { EndlessTrail } from '../../test-kit/endless-trail.js';
import { createTestApp } from '../../test-kit/test-app.js';
import type { TestApp } from '../../test-kit/test-app.js';
import { textOf, toAuthRequest } from '../../testing/client.js';
import { loginAs } from '../../testing/login-as.js';

const PAGE = 500;

interface ExportApp extends TestApp {
  readonly trail: EndlessTrail;
  readonly token: string;
  readonly exporting: Auth;
}

async function createApp(events: number): Promise<ExportApp> {
  const app = createTestApp();
  const trail = endlessTrail(app.store, events);
  const { accessToken: token } = await loginAs(app.auth);
  return { ...app, trail, token, exporting: createAuth({ ...app.config, store: trail.store }) };
}

const exportOf = ({ exporting, token }: ExportApp) => exporting.handle(toAuthRequest({ path: '/me/export', token }));

async function piecesOf(app: ExportApp): Promise<AsyncIterator<string>> {
  const { body } = await exportOf(app);
  if (body === null || typeof body === 'string') throw new Error('the body is not a stream');
  return body[Symbol.asyncIterator]();
}

describe('GET /me/export', () => {
  it('Z4: reads each page after the client has taken the previous one, and yields one JSON document', async () => {
    const app = await createApp(4 * PAGE);
    const pieces = await piecesOf(app);
    const first = await pieces.next();
    expect(app.trail.reads()).toBe(1);
    const second = await pieces.next();
    expect(app.trail.reads()).toBe(2);
    let text = `${first.value}${second.value}`;
    for (let piece = await pieces.next(); piece.done !== true; piece = await pieces.next()) text += piece.value;
    const { success, data, meta } = JSON.parse(text);
    expect([success, data.events.length, data.user.email, data.deeds]).toEqual([true, 4 * PAGE, 'ada@example.com', []]);
    expect(meta).toEqual({ timestamp: expect.any(String), requestId: expect.any(String) });
  });

  it.each([0, 1, PAGE - 1, PAGE, PAGE + 1])('Z4: contains each of %i events once', async (count) => {
    const app = await createApp(count);
    const { data } = JSON.parse((await textOf(await exportOf(app))) ?? '');
    expect(new Set(data.events.map(({ id }: { id: string }) => id)).size).toBe(count);
    expect(data.events).toHaveLength(count);
  });

  it('Z4: stops reading when the client disconnects', async () => {
    const app = await createApp(100 * PAGE);
    const pieces = await piecesOf(app);
    await pieces.next();
    await pieces.next();
    await pieces.return?.();
    expect((await pieces.next()).done).toBe(true);
    expect(app.trail.reads()).toBe(2);
  });

  it('F1: is a 503 if the store fails at the first page, and is cut off and logged if it fails later', async () => {
    const app = await createApp(100 * PAGE);
    app.trail.failAfter(0);
    const reply = await exportOf(app);
    expect([reply.status, JSON.parse((await textOf(reply)) ?? '').code]).toEqual([503, 'STORE_UNAVAILABLE']);
    app.trail.failAfter(2);
    await expect(textOf(await exportOf(app))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(app.log.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual(['request failed', 'response was cut off']);
  });

  it('G1: is recorded in the trail before it is sent, since an aborted export has most of the data', async () => {
    const app = await createApp(100 * PAGE);
    await (await piecesOf(app)).return?.();
    expect(app.emitted.map(({ type }) => type)).toContain('account.exported');
  });

  it('S9: is refused if the session has ended meanwhile, even in another process', async () => {
    const app = await createApp(1);
    await app.exporting.handle(toAuthRequest({ path: '/me', token: app.token }));
    await app.auth.api.logoutAll({}, { accessToken: app.token });
    expect((await exportOf(app)).status).toBe(401);
  });

  it('Z4: is a stream for auth.fetch, read on demand and ended when the client disconnects', async () => {
    const app = await createApp(100 * PAGE);
    const request = new Request('https://example.com/auth/me/export', { headers: { authorization: `Bearer ${app.token}` } });
    const response = await app.exporting.fetch(request, { ip: '192.0.2.1' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toMatch(/^\{"success":true/);
    await new Promise(setImmediate);
    // One chunk is buffered, and the next page may be read ahead.
    expect(app.trail.reads()).toBeLessThan(4);
    await reader?.cancel();
    const { reads } = app.trail;
    const before = reads();
    await new Promise(setImmediate);
    expect(reads()).toBe(before);
  });

  it('is complete for auth.fetch and auth.api', async () => {
    for (const whole of [
      async ({ exporting, token }: ExportApp) => exporting.api.exportMe({}, { accessToken: token }),
      async ({ exporting, token }: ExportApp) => {
        const request = new Request('https://example.com/auth/me/export', { headers: { authorization: `Bearer ${token}` } });
        return JSON.parse(await (await exporting.fetch(request, { ip: '192.0.2.1' })).text()).data;
      },
    ]) {
      const { events, deeds, user } = await whole(await createApp(PAGE + 1));
      expect([events.length, deeds, user.email]).toEqual([PAGE + 1, [], 'ada@example.com']);
    }
  });
});
