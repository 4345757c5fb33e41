import { createAuth } from '@sallyport/core';
import type { Auth } from '@sallyport/core';
import { createMemoryStore, inbox } from '@sallyport/core/testing';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApp } from './app.js';
import { listen, portOf } from './server.js';
import { hasBrowser, openPage } from './test-kit/browser.js';

/** The example below a path prefix, as behind a proxy. */
async function serve(prefix: string): Promise<{ readonly origin: string; readonly auth: Auth }> {
  const auth = createAuth({
    secret: 'the secret of tests, 32 bytes long or more',
    store: createMemoryStore(),
    notifier: inbox(),
    passwords: { cost: 4 },
    logger: false,
  });
  const logger = { error: () => undefined, warn: () => undefined, info: () => undefined, http: () => undefined, debug: () => undefined };
  const app = createApp({ auth, logger, trustProxy: false });
  const server = await listen(0, prefix === '' ? app : express().use(prefix, app));
  onTestFinished(async () => {
    server.close().closeAllConnections();
    await auth.close();
  });
  return { origin: `http://localhost:${portOf(server)}${prefix}`, auth };
}

describe.each(['', '/behind/a-proxy'])('the page of the routes, below "%s"', (prefix) => {
  it('is found without its trailing slash, and loads only files of this server', async () => {
    const { origin } = await serve(prefix);
    const page = await fetch(`${origin}/docs`);
    expect([page.status, page.url]).toEqual([200, `${origin}/docs/`]);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const html = await page.text();
    expect(html).not.toMatch(/https?:|<style|style=|<script>|\son\w+=/);
    const named = [...html.matchAll(/(?:href|src|data-document)="([^"]+)"/g)].map(([, name = '']) => new URL(name, page.url).href);
    expect(named).toHaveLength(5);
    for (const url of named) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
    expect((await fetch(`${origin}/docs/package.json`)).status).toBe(404);
    expect((await fetch(`${origin}/docs/swagger-ui-bundle.js.map`)).status).toBe(404);
  });
});

describe('the page of the routes', () => {
  it.skipIf(!hasBrowser())('shows every route in a browser, tries one out, and breaks no rule of its policy', async () => {
    const { origin, auth } = await serve('/behind/a-proxy');
    const page = await openPage();
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${origin}/docs`);
    await page.locator('#operations-Login-login').waitFor();
    const operations = Object.values(auth.openapi().paths).flatMap((methods) => Object.keys(methods));
    expect(await page.locator('.opblock').count()).toBe(operations.length);
    const health = page.locator('#operations-System-health');
    await health.locator('.opblock-summary-control').click();
    await health.getByRole('button', { name: 'Try it out' }).click();
    await health.getByRole('button', { name: 'Execute' }).click();
    const answer = health.locator('.live-responses-table .highlight-code').first();
    await answer.waitFor();
    expect(await answer.textContent()).toContain('"success": true');
    expect(asked).toContain(`${origin}/auth/health`);
    // With the prefilled examples, so that one click registers and another logs in.
    for (const [operation, expected] of [['Accounts-register', '"REGISTERED"'], ['Login-login', '"accessToken"']]) {
      const block = page.locator(`#operations-${operation}`);
      await block.locator('.opblock-summary-control').click();
      await block.getByRole('button', { name: 'Try it out' }).click();
      await block.getByRole('button', { name: 'Execute' }).click();
      const shown = block.locator('.live-responses-table .highlight-code').first();
      await shown.waitFor();
      expect(await shown.textContent()).toContain(expected);
    }
    expect(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual([]);
    expect(complaints).toEqual([]);
  }, 60_000);
});
