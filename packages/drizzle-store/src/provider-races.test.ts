import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import type { AuthStore, Provider } from '@sallyport/core';
import { inbox } from '@sallyport/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLibsqlStore } from './index.js';
import { createPostgresStore } from './postgres/index.js';
import { createTestDatabase, whyNoServer } from './postgres/server.test-kit.js';

const BASE_URL = 'https://api.example.com';
const PARALLEL = 20;

/** Accepts every response any number of times, and always returns Ada. */
const lax: Provider = {
  name: 'Lax',
  start: async ({ state }) => `https://provider.example/?state=${state}`,
  finish: async () => ({ issuer: 'https://provider.example', subject: 'subject of ada', email: 'ada@example.com', emailVerified: true, name: 'Ada' }),
};

async function libsql(): Promise<AuthStore> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-providers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return createLibsqlStore({ url: `file:${join(folder, 'auth.db')}` });
}

async function postgres(): Promise<AuthStore> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  return createPostgresStore({ url: database.url });
}

const missing = await whyNoServer();

describe.each([
  { name: 'a file', open: libsql, isThere: true },
  { name: 'PostgreSQL', open: postgres, isThere: missing === null },
])('logins with a provider on $name', ({ open, isThere }) => {
  it.skipIf(!isThere)('X1, X2, X3: of twenty concurrent calls, one response, one account and one exchange win', async () => {
    const store = await open();
    const auth = createAuth({
      secret: 'the secret of tests, 32 bytes long or more', store, notifier: inbox(), logger: false, throttling: { enabled: false },
      baseUrl: BASE_URL, urls: { providerReturn: 'https://app.example.com/return' }, providers: { lax },
    });
    onTestFinished(() => auth.close());
    const ask = async (path: string, cookie: string, body?: object): Promise<Response> =>
      auth.fetch(
        new Request(`${BASE_URL}/auth${path}`, {
          headers: { cookie, 'content-type': 'application/json' },
          ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
        }),
        { ip: '192.0.2.1' },
      );
    const start = async (): Promise<{ readonly cookie: string; readonly query: string }> => {
      const response = await ask('/providers/lax/start', '', {});
      const body: { readonly data: { readonly url: string } } = JSON.parse(await response.text());
      const state = new URL(body.data.url).searchParams.get('state');
      return { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '', query: `?state=${state}&code=x` };
    };
    const comeBack = async ({ cookie, query }: Awaited<ReturnType<typeof start>>): Promise<URLSearchParams> => {
      const response = await ask(`/providers/lax/callback${query}`, cookie);
      return new URLSearchParams(new URL(response.headers.get('location') ?? '').hash.slice(1));
    };
    const times = Array.from({ length: PARALLEL });

    // Twenty browsers sign up as the same user: one creates the account, and all log in to it.
    const started = await Promise.all(times.map(start));
    const fragments = await Promise.all(started.map(comeBack));
    expect(fragments.map((fragment) => fragment.get('error')).filter((error) => error !== null)).toEqual([]);
    expect(await store.users.count({})).toBe(1);

    // One response of the provider, twenty times.
    const once = await start();
    const answers = await Promise.all(times.map(() => comeBack(once)));
    const codes = answers.flatMap((fragment) => fragment.get('code') ?? []);
    expect([codes.length, answers.filter((fragment) => fragment.get('error') === 'INVALID_LOGIN_TOKEN').length]).toEqual([1, PARALLEL - 1]);

    // One exchange code, twenty times.
    const statuses = await Promise.all(times.map(async () => (await ask('/providers/exchange', once.cookie, { code: codes[0] })).status));
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, ...Array.from({ length: PARALLEL - 1 }, () => 401)]);
  });
});
