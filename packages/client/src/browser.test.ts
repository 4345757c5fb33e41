import { fakeClock } from '@sallyport/core/testing';
import type { FakeClock } from '@sallyport/core/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser, servePage } from './test-kit/browser.js';
import { PASSWORD, serveAuth } from './test-kit/served-auth.js';
import type { ServedAuth } from './test-kit/served-auth.js';

const ADA = { email: 'ada@example.com', password: PASSWORD };
const MODES = ['bearer', 'cookie'] as const;

interface Scene {
  readonly served: ServedAuth;
  readonly clock: FakeClock;
  readonly browser: BrowserContext;
  readonly open: () => Promise<Page>;
}

const scene = async (transport: (typeof MODES)[number], source = ''): Promise<Scene> => {
  const clock = fakeClock();
  const config = { clock, transport };
  let page: Promise<void> | undefined;
  const served = await serveAuth(config, {
    extend(app) {
      page = servePage(app, `
        import { createAuthClient } from '@sallyport/client';
        const options = ${JSON.stringify(transport)} === 'cookie' ? { transport: 'cookie' } : { storage: localStorage };
        globalThis.client = createAuthClient({ baseUrl: '/auth', ...options });
        ${source}`);
    },
  });
  await page;
  const browser = await openBrowser();
  return {
    served,
    clock,
    browser,
    async open() {
      const tab = await browser.newPage();
      await tab.goto(served.origin);
      await tab.waitForFunction('globalThis.client !== undefined');
      return tab;
    },
  };
};
const run = (tab: Page, work: string): Promise<unknown> => tab.evaluate(`(async () => { ${work} })()`);
const refreshesOf = ({ requests }: ServedAuth): number => requests.filter((request) => request === 'POST /auth/refresh-token').length;

describe.each(MODES)('two tabs of a real browser in %s mode', (transport) => {
  it.skipIf(!hasBrowser())('share a session, refresh concurrently without harm, and inform each other', async () => {
    const { served, clock, open } = await scene(transport);
    const [one, two] = [await open(), await open()];
    await run(one, `await client.register({ ...${JSON.stringify(ADA)}, name: 'Ada' })`);
    await run(two, 'globalThis.seen = []; client.onChange((session) => seen.push(session.status)); await client.loadSession()');
    expect(await run(one, `return (await client.login(${JSON.stringify(ADA)})).kind`)).toBe('signed-in');
    await two.waitForFunction("client.session.status === 'signed-in'");

    for (let round = 1; round <= 3; round += 1) {
      await clock.advance(11 * 60_000);
      const ask = "return (await Promise.all([client.me(), client.me(), client.fetch('/hello').then((r) => r.json())])).map((r) => r.hello ?? r.user.name)";
      expect(await Promise.all([run(one, ask), run(two, ask)])).toEqual([['Ada', 'Ada', 'Ada'], ['Ada', 'Ada', 'Ada']]);
      expect(refreshesOf(served)).toBeLessThanOrEqual(2 * round);
    }
    expect(await run(one, 'return (await client.sessions()).sessions.length')).toBe(1);

    // Everything that scripts of the page can read.
    const readable = await run(one, 'return JSON.stringify([{ ...localStorage }, document.cookie])');
    expect(readable).toMatch(transport === 'cookie' ? /^\[\{\},""\]$/ : /sallyport\.session/);

    await run(one, 'await client.logout()');
    await two.waitForFunction("client.session.status === 'signed-out' && client.session.reason === 'logout'");
    expect(await run(two, 'return client.me().catch((error) => [error.name, error.status])')).toEqual(['AuthClientError', 401]);
  }, 60_000);

  it.skipIf(!hasBrowser())('do not wait for a suspended tab that holds the lock', async () => {
    const { served, clock, open } = await scene(transport);
    const [one, two] = [await open(), await open()];
    await run(one, `await client.register({ ...${JSON.stringify(ADA)}, name: 'Ada' }); await client.login(${JSON.stringify(ADA)})`);
    await run(two, "navigator.locks.request('sallyport /auth', () => new Promise(() => {}))" + ";");
    await clock.advance(11 * 60_000);
    const from = Date.now();
    expect(await run(one, 'return (await client.me()).user.name')).toBe('Ada');
    expect(Date.now() - from).toBeLessThan(5_000);
    expect(refreshesOf(served)).toBe(1);
  }, 60_000);

  it.skipIf(!hasBrowser())('keep a session after a reload, and while the server is unreachable', async () => {
    const { browser, open } = await scene(transport);
    const tab = await open();
    await run(tab, `await client.register({ ...${JSON.stringify(ADA)}, name: 'Ada' }); await client.login(${JSON.stringify(ADA)})`);
    await tab.reload();
    expect(await run(tab, 'return (await client.loadSession()).user.name')).toBe('Ada');
    await browser.setOffline(true);
    expect(await run(tab, 'return client.me().catch((error) => error.name)')).toBe('AuthConnectionError');
    expect(await run(tab, 'return (await client.loadSession()).status')).toBe('signed-in');
    await browser.setOffline(false);
    expect(await run(tab, 'return (await client.me()).user.name')).toBe('Ada');
  }, 60_000);
});

describe('React', () => {
  const COMPONENTS = `
    import { createElement as h, StrictMode } from 'react';
    import { createRoot, hydrateRoot } from 'react-dom/client';
    import { SessionProvider, useAuthClient, useSession } from '@sallyport/client/react';
    const Who = () => {
      const session = useSession();
      const client = useAuthClient();
      return h('p', { onClick: () => client.logout() }, session.status === 'signed-in' ? session.user.name : session.status);
    };
    const tree = h(StrictMode, null, h(SessionProvider, { client }, h(Who)));`;

  it.skipIf(!hasBrowser())('shows who is signed in, and updates at logins and logouts', async () => {
    const { open } = await scene('cookie', `${COMPONENTS} createRoot(document.getElementById('app')).render(tree);`);
    const tab = await open();
    const who = tab.locator('#app p');
    await who.filter({ hasText: 'signed-out' }).waitFor();
    await run(tab, `await client.register({ ...${JSON.stringify(ADA)}, name: 'Ada' }); await client.login(${JSON.stringify(ADA)})`);
    await who.filter({ hasText: 'Ada' }).waitFor();
    await who.click();
    await who.filter({ hasText: 'signed-out' }).waitFor();
    expect(await who.textContent()).toBe('signed-out');
  }, 60_000);

  it.skipIf(!hasBrowser())('hydrates server-rendered HTML without a warning', async () => {
    const { open } = await scene('cookie', `${COMPONENTS}
      document.getElementById('app').innerHTML = '<p>loading</p>';
      globalThis.complaints = [];
      hydrateRoot(document.getElementById('app'), tree, { onRecoverableError: (error) => complaints.push(String(error)) });`);
    const tab = await open();
    await tab.locator('#app p').filter({ hasText: 'signed-out' }).waitFor();
    expect(await run(tab, 'return complaints')).toEqual([]);
  }, 60_000);
});
