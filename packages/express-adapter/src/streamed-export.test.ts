import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuth } from '@sallyport/core';
import type { Auth } from '@sallyport/core';
import { createMemoryStore, loginAs } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
// Imports core's internals, which adapters do not do. This file is not published.
import { endlessTrail } from '../../core/src/test-kit/endless-trail.js';
import type { EndlessTrail } from '../../core/src/test-kit/endless-trail.js';
import { authRouter } from './auth-router.js';
import { rawConnection } from './test-kit/raw-request.js';
import { serve, testConfig } from './test-kit/served.js';

const PAGE = 500;
const PAGES = 400;

interface ServedExport {
  readonly trail: EndlessTrail;
  readonly auth: Auth;
  readonly origin: string;
  readonly port: number;
  readonly headers: { readonly authorization: string };
}

async function serveExport(pages: number): Promise<ServedExport> {
  const trail = endlessTrail(createMemoryStore(), pages * PAGE);
  const auth = createAuth({ ...testConfig(), store: trail.store });
  const { accessToken } = await loginAs(auth);
  const { origin, port } = await serve((app) => app.use('/auth', authRouter(auth)));
  return { trail, auth, origin, port, headers: { authorization: `Bearer ${accessToken}` } };
}

/** Waits until the number of reads has stopped growing. */
async function settledReads({ reads }: EndlessTrail): Promise<number> {
  for (let before = -1; before !== reads(); await sleep(100)) before = reads();
  return reads();
}

describe('an export through Express', () => {
  it('Z4: arrives whole, in chunks', async () => {
    const { origin, headers } = await serveExport(5);
    const response = await fetch(`${origin}/auth/me/export`, { headers });
    expect([response.status, response.headers.get('transfer-encoding'), response.headers.get('cache-control')]).toEqual([200, 'chunked', 'no-store']);
    const { data } = JSON.parse(await response.text());
    expect(data.events).toHaveLength(5 * PAGE);
  });

  it('Z4: is read no faster than the client reads, and no further after it disconnects', async () => {
    const { trail, port, headers } = await serveExport(PAGES);
    const connection = await rawConnection(port);
    const { socket } = connection;
    connection.send('GET /auth/me/export HTTP/1.1', 'Host: x', `Authorization: ${headers.authorization}`, '', '');
    await connection.until(/200 OK/);
    socket.pause();
    // No more was read than fits into the buffers of both sockets.
    const whilePaused = await settledReads(trail);
    expect(whilePaused).toBeLessThan(PAGES / 2);
    socket.resume();
    while (trail.reads() === whilePaused) await once(socket, 'data');
    socket.destroy();
    expect(await settledReads(trail)).toBeLessThan(PAGES);
  });

  it('F1: is cut off if the store fails in the middle, so that the client sees that it is incomplete', async () => {
    const { trail, auth, origin, headers } = await serveExport(PAGES);
    trail.failAfter(3);
    const response = await fetch(`${origin}/auth/me/export`, { headers });
    await expect(response.text()).rejects.toThrow(TypeError);
    // The server keeps running.
    expect((await fetch(`${origin}/auth/me`, { headers })).status).toBe(200);
    await auth.close();
  });

  it('answers HEAD without reading the rest', async () => {
    const { trail, origin, headers } = await serveExport(PAGES);
    const response = await fetch(`${origin}/auth/me/export`, { method: 'HEAD', headers });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(trail.reads()).toBeLessThan(2);
  });
});
