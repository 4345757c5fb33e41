import { once } from 'node:events';
import { get } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call } from './test-kit/call.js';
import { PRINTED, serveWeb as serve } from './test-kit/served-web.js';
import type { ServedWeb } from './test-kit/served-web.js';
import { openWeb } from './web.js';

async function serveWeb(options = {}): Promise<ServedWeb> {
  const served = await serve(options);
  onTestFinished(served.close);
  return served;
}

/** The response to a browser that uses another name of this server. */
async function asked(url: string, name: string): Promise<{ readonly status: number | undefined; readonly location: string | undefined }> {
  const [reply] = await once(get(url, { headers: { host: `${name}:${new URL(url).port}`, ...asBrowser } }), 'response');
  reply.resume();
  return { status: reply.statusCode, location: reply.headers.location };
}

const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the page', () => {
  it('is served at every path that a browser opens and no route has, under a strict policy', async () => {
    const { origin } = await serveWeb();
    for (const path of ['/', '/login', '/people/01K1Y0000000000000000000AA', '/reset-password']) {
      const reply = await fetch(origin + path, { headers: asBrowser });
      expect([path, reply.status, reply.headers.get('content-type')]).toEqual([path, 200, 'text/html; charset=utf-8']);
      const policy = reply.headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      const html = await reply.text();
      expect(html).not.toMatch(/https?:|<style|style=|<script(?![^>]*src=)|\son\w+=/);
      for (const [, url = ''] of html.matchAll(/(?:href|src)="([^"]+)"/g)) expect([url, (await fetch(origin + url)).status]).toEqual([url, 200]);
    }
  });

  it('does not change the responses to programs and other routes', async () => {
    const { origin } = await serveWeb();
    expect(await (await fetch(`${origin}/`)).json()).toMatchObject({ routes: '/docs' });
    expect((await fetch(`${origin}/nowhere`)).status).toBe(404);
    expect((await fetch(`${origin}/assets/nothing.js`, { headers: asBrowser })).status).toBe(404);
    expect((await fetch(`${origin}/.sources`)).status).toBe(404);
    for (const path of ['/docs/', '/health', '/livez', '/readyz']) {
      const text = await (await fetch(origin + path, { headers: asBrowser })).text();
      expect([path, text.includes('id="app"')]).toEqual([path, false]);
    }
    const ada = { email: 'ada@example.com', password: 'seven violet otters' };
    expect((await call(`${origin}/auth`, 'POST /register', { body: { ...ada, name: 'Ada' } })).status).toBe(201);
    const token = (await call(`${origin}/auth`, 'POST /login', { body: ada })).body.data.accessToken;
    expect((await call(origin, 'GET /profile', { token })).text).toContain('Hello, Ada');
    // The page's own mount checks the origin of a request.
    expect((await fetch(`${origin}/web/auth/login`, { method: 'POST', body: JSON.stringify(ada) })).status).toBe(403);
  });

  it('redirects browsers from other names of this machine to the trusted origin', async () => {
    const { origin } = await serveWeb();
    const { status, location } = await asked(`${origin}/login?next=/security`, '127.0.0.1');
    expect([status, location]).toEqual([302, `${origin}/login?next=/security`]);
    expect((await asked(`${origin}/login`, 'rebound.example')).status).toBe(200);
  });
});

describe('the development mailbox', () => {
  it('shows sent messages, newest first, and can be emptied', async () => {
    const { origin, web } = await serveWeb();
    await call(`${origin}/auth`, 'POST /register', { body: { email: 'ada@example.com', password: 'seven violet otters', name: 'Ada' } });
    await expect.poll(() => web.mailbox?.messages().length).toBe(1);
    const reply = await fetch(`${origin}/mailbox/messages`);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(await reply.json()).toEqual([expect.objectContaining({ channel: 'email', to: 'ada@example.com' })]);
    expect((await fetch(`${origin}/mailbox/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(web.mailbox?.messages()).toEqual([]);
  });

  it('G2: does not exist in production, or if messages are sent for real', async () => {
    const settings = { isProduction: false, baseUrl: 'https://example.com', ...PRINTED } as const;
    expect(openWeb(settings)?.mailbox).toBeDefined();
    const smtp = { provider: 'resend', apiKey: 'x', from: 'x' } as const;
    const twilio = { provider: 'twilio', accountSid: 'x', authToken: 'x', from: 'x' } as const;
    for (const change of [{ isProduction: true }, { email: smtp }, { sms: twilio }]) expect(openWeb({ ...settings, ...change })?.mailbox).toBeUndefined();

    const { origin } = await serveWeb({ isProduction: true });
    expect((await fetch(`${origin}/mailbox/messages`)).status).toBe(404);
    expect(await (await fetch(`${origin}/login`, { headers: asBrowser })).text()).toContain('name="features" content=""');
  });

  it('refuses pages of other host names that resolve to this machine', async () => {
    const { origin } = await serveWeb();
    expect((await asked(`${origin}/mailbox/messages`, 'rebound.example')).status).toBe(403);
  });
});
