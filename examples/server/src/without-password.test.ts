import { fakeClock } from '@sallyport/core/testing';
import type { AuthConfig } from '@sallyport/core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasBrowser, openBrowser } from './test-kit/browser.js';
import { serveWeb } from './test-kit/served-web.js';
import { plugIn } from './test-kit/virtual-authenticator.js';
import { visit } from './test-kit/visitor.js';
import type { Visitor } from './test-kit/visitor.js';

const MINUTE_MS = 60_000;
const MIA = 'mia@example.com';

describe.skipIf(!hasBrowser())('the page, for users without a password', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => browser.close(), 60_000);

  async function begin(twoFactor: AuthConfig['twoFactor'] = {}) {
    const clock = fakeClock(Date.now());
    const complaints: string[] = [];
    const served = await serveWeb({ clock, throttling: { source: false }, twoFactor });
    onTestFinished(async () => {
      await served.close();
      expect(complaints).toEqual([]);
    });
    const visitor = await visit({ browser, served, complaints });
    // Long, because the machine may be busy.
    visitor.page.setDefaultTimeout(30_000);
    return { clock, visitor };
  }

  async function logInByEmail(visitor: Visitor): Promise<void> {
    await visitor.follow('Log in by email, without a password');
    await visitor.fill({ 'Email address': MIA });
    await visitor.press('Send the code');
    await visitor.sees('Enter the code');
    await visitor.fill({ Code: await visitor.codeTo(MIA) });
  }

  it('asks for a proof that the account has: a new login by email, then the passkey, and never a password', async () => {
    const { clock, visitor: mia } = await begin();
    const { page } = mia;
    await plugIn(page);
    await mia.open('/login');
    await logInByEmail(mia);
    await mia.sees('Hello, mia');
    await mia.follow('Security');
    await page.getByRole('button', { name: 'Set a password', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Change password' }).count()).toBe(0);
    await mia.press('Set a password');
    await page.getByText(`We sent a link to ${MIA}`).waitFor();

    await clock.advance(6 * MINUTE_MS);
    await mia.press('Add a passkey');
    await mia.sees('Is it you?');
    await mia.confirm('Log in again');
    await logInByEmail(mia);
    await page.getByRole('heading', { name: 'Security', exact: true }).waitFor();
    await mia.press('Add a passkey');
    await page.getByText('not used yet').waitFor();

    await clock.advance(6 * MINUTE_MS);
    await mia.follow('Profile');
    await mia.press('Delete…');
    await page.getByRole('button', { name: 'Delete for good' }).waitFor();
    expect(await page.getByRole('dialog').getByRole('textbox').count()).toBe(0);
    await mia.confirm('Delete for good');
    await mia.sees('Is it you?');
    await mia.press('Use a passkey');
    await page.waitForURL('**/goodbye');
  });

  it('offers a passkey if a second factor is required, and accepts it', async () => {
    const { clock, visitor: mia } = await begin({ required: 'everyone' });
    const { page } = mia;
    const key = await plugIn(page);
    await mia.open('/login');
    await logInByEmail(mia);
    await mia.sees('Turn on two-factor');
    await mia.press('Use a passkey');
    await mia.sees('Hello, mia');
    await key.touch(false);
    await mia.press('Log out');
    await page.getByText('You are logged out.').waitFor();
    // Codes are a minute apart.
    await clock.advance(MINUTE_MS);
    // A session that did not use the passkey must use it. No second passkey is created.
    await logInByEmail(mia);
    await mia.sees('Turn on two-factor');
    await key.touch(true);
    await mia.press('Use a passkey');
    await mia.sees('Hello, mia');
    await mia.follow('Security');
    await page.getByText('used just now').waitFor();
    expect(await page.getByRole('button', { name: /^Remove: / }).count()).toBe(1);
  });
});
