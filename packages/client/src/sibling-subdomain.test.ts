import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuth } from '@sallyport/core';
import { createMemoryStore, inbox, loginAs } from '@sallyport/core/testing';
import { authRouter, requireAuth } from '@sallyport/express-adapter';
import express from 'express';
import type { Express } from 'express';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { localhostCertificate } from '../../notifiers/src/test-kit/localhost-certificate.js';
import { hasBrowser, openBrowser } from './test-kit/browser.js';

const DOMAIN = 'example.test';
const PASSWORD = 'seven violet otters';
/** Blanks before `__Host-`: a browser does not apply the rules of `__Host-` to such names, but a lenient server may trim them. */
const BLANKS = { 'U+00A0 as one byte': '\xa0', 'U+00A0 in UTF-8': '\xc2\xa0', 'U+FEFF in UTF-8': '\xef\xbb\xbf', 'U+0085': '\x85' } as const;

async function serveTls(app: Express): Promise<number> {
  const server = createServer(localhostCertificate(), app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

interface Attack {
  /** The page of the application, where the victim is logged in. */
  readonly page: Page;
  /** Opens the sibling's page, which sets these cookies for the whole domain, and returns to the application. */
  readonly lure: (cookies: readonly string[]) => Promise<void>;
  /** The status and JSON of a request from the application's own page. */
  readonly ask: (method: string, path: string) => Promise<{ readonly status: number; readonly body: { readonly data?: { readonly user?: { readonly email: string } }; readonly email?: string } }>;
  /** The `Cookie` headers that reached the application since the last call, as bytes. */
  readonly received: () => string;
  readonly attacker: { readonly accessToken: string; readonly refreshToken: string };
}

async function openAttack(): Promise<Attack> {
  const app = express();
  const port = await serveTls(app);
  const site = `https://app.${DOMAIN}:${port}`;
  const options = { secret: 'the secret of tests, 32 bytes long or more', store: createMemoryStore(), notifier: inbox(), passwords: { cost: 4 }, logger: false } as const;
  const auth = createAuth({ ...options, transport: 'cookie', baseUrl: site });
  // The attacker has an account and knows its tokens, for example from `auth.bearer`.
  const attacker = await loginAs(auth, { email: 'attacker@example.com' });
  await auth.createUser({ email: 'victim@example.com', password: PASSWORD, name: 'Victim' });

  let headers: string[] = [];
  app.use((req, _res, next) => {
    headers.push(req.headers.cookie ?? '');
    next();
  });
  app.use('/auth', authRouter(auth));
  app.get('/mine', requireAuth(auth), (req, res) => void res.json({ email: req.auth.user.email }));
  app.get('/', (_req, res) => void res.type('html').send('<!doctype html><title>The application</title>'));

  let evilCookies: readonly string[] = [];
  const evil = express();
  evil.get('/', (_req, res) => {
    for (const cookie of evilCookies) res.appendHeader('Set-Cookie', cookie);
    res.type('html').send('<!doctype html><title>The sibling</title>');
  });
  const evilSite = `https://evil.${DOMAIN}:${await serveTls(evil)}`;

  const context = await openBrowser({ args: [`--host-resolver-rules=MAP *.${DOMAIN} 127.0.0.1`], ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(site);
  const ask: Attack['ask'] = async (method, path) =>
    page.evaluate(
      async ({ method: verb, path: target, password }) => {
        const body = verb === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: target.endsWith('/login') ? JSON.stringify({ email: 'victim@example.com', password }) : '{}' };
        const response = await fetch(target, { method: verb, ...body });
        return { status: response.status, body: JSON.parse(await response.text()) };
      },
      { method, path, password: PASSWORD },
    );
  expect((await ask('POST', '/auth/login')).status).toBe(200);
  return {
    page,
    ask,
    attacker,
    async lure(cookies) {
      evilCookies = cookies;
      await page.goto(evilSite);
      await page.goto(site);
      headers = [];
    },
    received() {
      const text = headers.join('\n');
      headers = [];
      return text;
    },
  };
}

/** The victim keeps their identity at the library's routes, at the application's, and after a refresh. */
async function expectVictim({ ask }: Attack): Promise<void> {
  expect((await ask('GET', '/auth/me')).body.data?.user?.email).toBe('victim@example.com');
  expect((await ask('GET', '/mine')).body.email).toBe('victim@example.com');
  expect((await ask('POST', '/auth/refresh-token')).status).toBe(200);
  expect((await ask('GET', '/auth/me')).body.data?.user?.email).toBe('victim@example.com');
}

it.runIf(hasBrowser())('S7: in Chromium, a sibling subdomain can neither replace nor end a user’s session', { timeout: 60_000 }, async () => {
  const attack = await openAttack();
  const { accessToken, refreshToken } = attack.attacker;
  await expectVictim(attack);
  const everywhere = `Domain=${DOMAIN}; Secure`;

  // Browsers send cookies with longer paths first, so a server that uses the first of two would use these.
  for (const [what, blank] of Object.entries(BLANKS)) {
    for (const [access, refresh] of [[accessToken, refreshToken], ['bogus', 'bogus']] as const) {
      await attack.lure([
        ...['/auth/me', '/mine', '/'].map((path) => `${blank}__Host-sp_at=${access}; Path=${path}; ${everywhere}`),
        ...['/auth/refresh-token', '/'].map((path) => `${blank}__Host-sp_rt=${refresh}; Path=${path}; ${everywhere}`),
      ]);
      await attack.ask('GET', '/auth/me');
      // Without this check, the test would pass if the browser refused the attack.
      expect([what, attack.received()]).toEqual([what, expect.stringContaining(`${blank}__Host-sp_at=${access}`)]);
      await expectVictim(attack);
    }
  }

  await attack.lure(['/auth/refresh-token', '/auth', '/'].map((path) => `__Secure-sp_rt=${refreshToken}; Path=${path}; ${everywhere}`));
  await attack.ask('POST', '/auth/refresh-token');
  expect(attack.received()).toContain(`__Secure-sp_rt=${refreshToken}`);
  await expectVictim(attack);

  // The browser itself refuses `__Host-` names with a domain or another path than `/`, in upper or lower case.
  await attack.lure([
    `__Host-sp_at=${accessToken}; Path=/; ${everywhere}`,
    `__HOST-sp_at=${accessToken}; Path=/; ${everywhere}`,
    `__Host-sp_at=${accessToken}; Path=/auth/me; Secure`,
    `=__Host-sp_at=${accessToken}; Path=/auth/me; ${everywhere}`,
  ]);
  await attack.ask('GET', '/auth/me');
  expect(attack.received()).not.toMatch(new RegExp(`(^|; )__host-sp_at=${accessToken}`, 'i'));
  await expectVictim(attack);
});
