import { expect, it } from 'vitest';
import { DEMO_FLAG, openDemoProvider } from './demo-provider.js';
import { call } from './test-kit/call.js';
import { startServer, temporaryFolder } from './test-kit/running-server.js';

it('does not start in production, or if the URL for returning browsers is unknown', async () => {
  await expect(openDemoProvider({ isProduction: true, baseUrl: 'https://app.example.com', port: 0 })).rejects.toThrow('for development only');
  await expect(openDemoProvider({ isProduction: false, baseUrl: undefined, port: 0 })).rejects.toThrow('BASE_URL is required');
});

it('starts with the server if its flag is given, and asks the user for a name', { timeout: 60_000 }, async () => {
  // This test ends before the browser returns, but the URL must be set.
  const server = startServer({ folder: temporaryFolder(), flags: [DEMO_FLAG], env: { BASE_URL: 'http://localhost:5500' } });
  const auth = `${await server.origin()}/auth`;
  expect((await call(auth, 'GET /providers')).body.data.providers).toEqual([{ id: 'demo', name: 'Demo ID' }]);
  const started = await call(auth, 'POST /providers/demo/start', { body: {} });
  const url = new URL(started.body.data.url);
  expect(server.output()).toContain(`A demo provider is at ${url.origin}`);
  expect(url.searchParams.get('redirect_uri')).toBe('http://localhost:5500/auth/providers/demo/callback');
  const page = await fetch(url, { redirect: 'manual' });
  expect([page.status, page.headers.get('location')]).toEqual([303, expect.stringContaining('/interaction/')]);
});
