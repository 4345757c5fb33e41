import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthClient } from './index.js';
import type { AuthClient, AuthClientOptions, AuthStorage } from './index.js';
import { memoryStorage } from './test-kit/memory-storage.js';
import { listen, PASSWORD, serveAuth } from './test-kit/served-auth.js';
import type { ServedAuth } from './test-kit/served-auth.js';

const ADA = { email: 'ada@example.com', password: PASSWORD };

interface Scene {
  readonly served: ServedAuth;
  readonly client: AuthClient;
  readonly storage: AuthStorage;
}

const signedIn = async (options: Partial<AuthClientOptions> = {}): Promise<Scene> => {
  const served = await serveAuth();
  const storage = memoryStorage();
  const client = createAuthClient({ baseUrl: `${served.origin}/auth`, storage, ...options });
  onTestFinished(client.close);
  await client.register({ ...ADA, name: 'Ada' });
  await client.login(ADA);
  return { served, client, storage };
};

const invalidateAccessToken = async (storage: AuthStorage): Promise<void> => {
  const tokens = JSON.parse((await storage.getItem('sallyport.session')) ?? 'null');
  await storage.setItem('sallyport.session', JSON.stringify({ ...tokens, accessToken: 'spoiled' }));
};

/** A third party's server that records its requests. */
const foreign = async (status = 401): Promise<{ readonly origin: string; readonly seen: (string | undefined)[] }> => {
  const app = express();
  const seen: (string | undefined)[] = [];
  app.use((req, res) => {
    seen.push(req.headers.authorization);
    res.status(status).json({});
  });
  return { origin: (await listen(app)).origin, seen };
};

describe('client.fetch', () => {
  it('sends no token to a foreign origin, however the address is written, and does not refresh for its 401', async () => {
    const { served, client, storage } = await signedIn();
    await invalidateAccessToken(storage);
    const { origin, seen } = await foreign();
    const host = new URL(origin).host;
    const urls = [
      `${origin}/hello`,
      `${origin}/auth/me`,
      `${served.origin}@${host}/hello`.replace(served.origin, `http://localhost`),
      `http://${host}#${served.origin}/auth`,
      `http://${host}?x=${served.origin}/auth`,
      `http:\\\\${host}\\hello`,
    ];
    for (const url of urls) {
      // fetch itself refuses credentials in an address.
      const response = await client.fetch(url).catch(() => null);
      expect(response === null || response.status === 401).toBe(true);
    }
    await client.fetch(new Request(`${origin}/hello`, { method: 'POST', body: 'x' }));
    await client.fetch(new URL(`${origin}/hello`));
    expect(seen.length).toBeGreaterThanOrEqual(6);
    expect(new Set(seen)).toEqual(new Set([undefined]));
    expect(served.requests).not.toContain('POST /auth/refresh-token');
  });

  it('sends the token to a named origin, but not to another scheme or port of its host', async () => {
    const { origin, seen } = await foreign(200);
    const { client } = await signedIn({ origins: [origin] });
    await client.fetch(`${origin}/hello`);
    expect(seen).toEqual([expect.stringMatching(/^Bearer ey/)]);
    const other = await foreign(200);
    await client.fetch(`${other.origin}/hello`);
    await client.fetch(`${other.origin.replace('http:', 'https:')}/hello`).catch(() => undefined);
    expect(other.seen).toEqual([undefined]);
  });

  it('does not forward the token if a response redirects to another origin', async () => {
    const { served, client } = await signedIn();
    const { origin, seen } = await foreign(200);
    for (const status of [301, 302, 303, 307, 308]) {
      served.intercept((_req, res) => res.redirect(status, `${origin}/hello`));
      expect((await client.fetch(`${served.origin}/moved`)).status).toBe(200);
      await client.fetch(`${served.origin}/moved`, { method: 'POST', body: 'text' });
    }
    expect(seen).toHaveLength(10);
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });

  it("follows no redirect of the library's routes: a 307 would forward passwords and refresh tokens", async () => {
    const { served, client, storage } = await signedIn();
    const { origin, seen } = await foreign(200);
    served.intercept((_req, res) => res.redirect(307, origin));
    await invalidateAccessToken(storage);
    await expect(client.login(ADA)).rejects.toMatchObject({ name: 'AuthConnectionError' });
    await expect(client.refresh()).rejects.toMatchObject({ name: 'AuthConnectionError' });
    await expect(client.me()).rejects.toMatchObject({ name: 'AuthConnectionError' });
    expect(seen).toEqual([]);
    expect(client.session.status).toBe('signed-in');
  });

  it('retries once with a fresh token and the same body', async () => {
    const { served, client, storage } = await signedIn();
    const url = `${served.origin}/hello`;
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ n: 1 }) };
    await invalidateAccessToken(storage);
    expect(await (await client.fetch(url, init)).json()).toEqual({ hello: 'Ada', sent: { n: 1 } });
    await invalidateAccessToken(storage);
    expect(await (await client.fetch(new Request(url, init))).json()).toEqual({ hello: 'Ada', sent: { n: 1 } });
    await invalidateAccessToken(storage);
    const body = new Blob([init.body]).stream();
    expect(await (await client.fetch(url, { ...init, body, duplex: 'half' } as RequestInit)).json()).toEqual({ hello: 'Ada', sent: { n: 1 } });
  });

  it('returns a response that stays 401 after one retry', async () => {
    const { served, client } = await signedIn();
    let asked = 0;
    served.intercept((req, res, next) => {
      if (req.path !== '/picky') return next();
      asked += 1;
      res.status(401).json({ mine: true });
    });
    const response = await client.fetch(`${served.origin}/picky`);
    expect([response.status, await response.json(), asked]).toEqual([401, { mine: true }, 2]);
    await client.logout();
    expect((await client.fetch(`${served.origin}/picky`)).status).toBe(401);
    expect(asked).toBe(3);
  });

  it("keeps the caller's own token", async () => {
    const { served, client } = await signedIn();
    const response = await client.fetch(`${served.origin}/hello`, { headers: { authorization: 'Bearer mine' } });
    expect(response.status).toBe(401);
    expect(served.requests).not.toContain('POST /auth/refresh-token');
  });

  it('can be aborted', async () => {
    const { served, client } = await signedIn();
    served.intercept(() => undefined);
    const reason = new Error('never mind');
    await expect(client.fetch(`${served.origin}/hello`, { signal: AbortSignal.abort(reason) })).rejects.toThrow('never mind');
    await expect(client.me({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('an id', () => {
  it('never changes the route', async () => {
    const { served, client } = await signedIn();
    const before = served.requests.length;
    for (const id of ['', '.', '..']) {
      await expect(client.logOutUser({ id })).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
    }
    expect(served.requests).toHaveLength(before);
    for (const id of ['../me', '%2e%2e', '..%2f', 'a/../../me', '?x', '#x', '\\..\\']) {
      await expect(client.logOutUser({ id })).rejects.toMatchObject({ status: expect.any(Number) });
    }
    expect(client.session.status).toBe('signed-in');
    expect((await client.me()).user.name).toBe('Ada');
  });
});

describe('an address', () => {
  it.each([undefined, null, {}, '/auth', { baseUrl: 7 }])('is asked for at the start where the client is given %j', (options) => {
    expect(() => createAuthClient(options as never)).toThrow("createAuthClient needs baseUrl, as in { baseUrl: '/auth' }");
  });

  it('that is relative works only in a page: elsewhere calls reject, but creating a client does not throw', async () => {
    const client = createAuthClient({ baseUrl: '/auth' });
    await expect(client.login(ADA)).rejects.toMatchObject({ name: 'AuthConnectionError' });
    await expect(client.fetch('https://example.com')).rejects.toThrow('Invalid URL');
  });
});
