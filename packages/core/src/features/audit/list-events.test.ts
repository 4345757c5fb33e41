import { describe, expect, it } from 'vitest';
import { createAdminTestApp } from '../../test-kit/admin-test-app.js';

describe('GET /users/:id/events', () => {
  it('G1: shows what happened to an account, newest first, page by page', async () => {
    const { get, send, ada, patch, auth, store } = await createAdminTestApp();
    for (const name of ['B', 'C', 'D']) await patch({ name });
    const path = `/users/${ada.userId}/events`;
    const all = (await get(path, ada.accessToken)).body;
    expect(all.data.events.slice(0, 3).map(({ type }) => type)).toEqual(Array(3).fill('account.updated'));
    expect(all.data.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['login.succeeded', 'account.registered']));
    expect(all.meta.nextCursor).toBeNull();
    const stored = await store.events.list(ada.userId, { limit: 100 });
    expect(all.data.events.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
    const walked: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = `limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      const { body } = await send({ path, query, token: ada.accessToken });
      walked.push(...body.data.events.map(({ id }) => id));
      cursor = body.meta.nextCursor ?? null;
    }
    expect(walked).toEqual(stored.map(({ id }) => id));
    const page = await auth.api.userEvents({ id: ada.userId, limit: 1 }, { accessToken: ada.accessToken });
    expect([page.events.length, typeof page.nextCursor]).toEqual([1, 'string']);
  });

  it('shows the owner what others did to the account, but not an administrator’s address and device, and neither does the export', async () => {
    const { get, ada, admin, patch } = await createAdminTestApp();
    await patch({ name: 'B' });
    const path = `/users/${ada.userId}/events`;
    const [own] = (await get(path, ada.accessToken)).body.data.events;
    expect(own).toMatchObject({ type: 'account.updated', actorId: admin.userId, sessionId: null, ip: null, userAgent: null });
    const [full] = (await get(path, admin.accessToken)).body.data.events;
    expect(full).toMatchObject({ type: 'account.updated', actorId: admin.userId, sessionId: admin.sessionId, ip: '192.0.2.1' });
    const exported = (await get('/me/export', ada.accessToken)).body.data.events;
    expect(exported.find(({ id }) => id === own?.id)).toEqual(own);
    expect(exported.find(({ type }) => type === 'login.succeeded')?.sessionId).toBe(ada.sessionId);
  });

  it('shows administrators the events of a removed account, and 404 for one that never existed', async () => {
    const { get, send, ada, admin } = await createAdminTestApp();
    await send({ method: 'DELETE', path: `/users/${ada.userId}`, token: admin.accessToken });
    const { status, body } = await get(`/users/${ada.userId}/events`, admin.accessToken);
    expect([status, body.data.events[0]?.type]).toEqual([200, 'account.removed']);
    expect((await get('/users/01JGFJJZ00ZZZZZZZZZZZZZZZZ/events', admin.accessToken)).status).toBe(404);
  });
});
