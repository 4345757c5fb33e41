import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeClock, totp } from '@sallyport/core/testing';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listen, portOf } from './server.js';
import { hasBrowser, openBrowser } from './test-kit/browser.js';
import { lookAt, pictureForReadme } from './test-kit/look-at.js';
import { serveWeb } from './test-kit/served-web.js';
import type { ServedWeb } from './test-kit/served-web.js';
import { plugIn } from './test-kit/virtual-authenticator.js';
import { PASSWORD, visit } from './test-kit/visitor.js';
import type { Visitor } from './test-kit/visitor.js';

const MINUTE_MS = 60_000;
const STEP_MS = 30_000;

// All tests share one server on a real database and one browser. Each test has its own users.
const clock = fakeClock(Date.now());
const folder = mkdtempSync(join(tmpdir(), 'sallyport-page-'));
const complaints: string[] = [];
let served: ServedWeb;
let browser: Browser;

const someone = (): Promise<Visitor> => visit({ browser, served, complaints });

describe.skipIf(!hasBrowser())('the page, in a real browser', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const store = await createLibsqlStore({ url: `file:${join(folder, 'page.db')}` });
    served = await serveWeb({ clock, store, throttling: { source: false }, withDemoProvider: true });
    browser = await openBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('registers a user, sets up two-factor, and deletes the account', async () => {
    const ada = await someone();
    const { page } = ada;
    await ada.open('/');
    await ada.sees('Log in');
    await lookAt(page, 'login');
    await ada.follow('Create an account');
    await ada.press('Create account');
    expect(await page.locator('[aria-invalid=true]').count()).toBe(3);
    await lookAt(page, 'register');
    await ada.register('Ada', 'ada@example.com');
    await lookAt(page, 'registered');
    await ada.follow('Open the development mailbox');
    await page.getByText('Confirm your email address').first().waitFor();
    await lookAt(page, 'mailbox');
    await ada.openMailTo('ada@example.com');
    await ada.sees('Address confirmed');
    expect(page.url()).toBe(`${served.origin}/verify-email`);
    await lookAt(page, 'verify-email');
    await ada.follow('Log in');

    await ada.logIn('ada@example.com');
    await ada.sees('Hello, Ada');
    await page.getByText('A password alone protects this account').waitFor();
    await lookAt(page, 'overview');
    await ada.follow('Security');
    await ada.press('Set up: Authenticator app');
    await ada.press('Show the QR code');
    const qr = page.getByRole('img', { name: /QR code/ });
    expect(await qr.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBeGreaterThan(100);
    await page.getByText('Can’t scan it?').click();
    await lookAt(page, 'set-up');
    const secret = ((await page.locator('output').textContent()) ?? '').replaceAll(' ', '');
    await ada.fill({ Code: totp(secret, clock) });
    await page.getByText('Keep these codes').waitFor();
    const codes = await page.getByRole('list', { name: 'Backup codes' }).getByRole('listitem').allTextContents();
    expect(codes).toHaveLength(10);
    await lookAt(page, 'backup-codes');
    const [file] = await Promise.all([page.waitForEvent('download'), ada.press('Download')]);
    expect(readFileSync(await file.path(), 'utf8')).toContain(codes.join('\n'));
    await page.getByLabel('I have kept the codes in a safe place').check();
    await ada.press('Done');
    await page.getByText('On, asked first').waitFor();
    await lookAt(page, 'security');
    await pictureForReadme(page);

    await ada.press('Log out');
    await page.getByText('You are logged out.').waitFor();
    await clock.advance(STEP_MS);
    await ada.logIn('ada@example.com');
    await ada.sees('Second step');
    expect(await page.getByLabel('Code', { exact: true }).getAttribute('autocomplete')).toBe('one-time-code');
    await lookAt(page, 'second-step');
    await ada.fill({ Code: '000000' });
    await page.getByText('That code is wrong').waitFor();
    // With a space, as copied from an app. The last digit submits the form.
    const code = totp(secret, clock);
    await ada.fill({ Code: `${code.slice(0, 3)} ${code.slice(3)}` });
    await ada.sees('Hello, Ada');
    await ada.follow('Sessions');
    await page.getByText('with two-factor').waitFor();
    await lookAt(page, 'sessions');
    await ada.follow('Activity');
    await page.getByText('Second step passed').first().waitFor();
    await lookAt(page, 'activity');

    await ada.press('Log out');
    await ada.logIn('ada@example.com');
    await ada.press('Use a backup code');
    await ada.fill({ 'Backup code': codes[0] ?? '' });
    await ada.press('Continue');
    await page.getByText('9 backup codes left').waitFor();
    await ada.follow('Security');
    await ada.press('Turn off…');
    await ada.fill({ Password: PASSWORD, 'Code, or backup code': codes[1] ?? '' });
    await ada.confirm('Turn off');
    await page.getByText('Off', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^Set up/ }).count()).toBe(3);
  });

  it('sends codes by text message and email, and asks for the password again after a while', async () => {
    const sam = await someone();
    await sam.register('Sam', 'sam@example.com');
    await sam.logIn('sam@example.com');
    await sam.follow('Security');
    await clock.advance(6 * MINUTE_MS);
    await sam.press('Set up: Text message');
    await sam.fill({ 'Phone number': '+44 7700 900123' });
    await sam.confirm('Send a code');
    // The session is no longer recent.
    await sam.sees('Is it you?');
    await lookAt(sam.page, 'step-up');
    await sam.fill({ Password: PASSWORD });
    await sam.confirm('Continue');
    await sam.fill({ Code: await sam.codeTo(/\+447700900123/) });
    await sam.page.getByLabel('I have kept the codes in a safe place').check();
    await sam.confirm('Done');
    await sam.press('Set up: Email');
    await clock.advance(MINUTE_MS);
    await sam.confirm('Send a code');
    // From now on a second factor is required.
    await sam.press('Send me a code');
    await sam.fill({ Code: await sam.codeTo(/\+447700900123/) });
    await sam.fill({ Code: await sam.codeTo(/sam@example.com/) });
    await sam.page.getByText('On', { exact: true }).first().waitFor();

    await sam.press('Log out');
    await clock.advance(MINUTE_MS);
    await sam.page.clock.install();
    await sam.logIn('sam@example.com');
    await sam.page.getByText('A code is on its way.').waitFor();
    await sam.press('Use an email');
    // One code a minute is sent, by any method.
    await sam.page.getByText(/^Send me a code in \d:\d\d$/).waitFor();
    await Promise.all([clock.advance(MINUTE_MS), sam.page.clock.runFor(MINUTE_MS)]);
    await sam.press('Send me a code');
    await sam.page.getByText('A code is on its way.').waitFor();
    await sam.fill({ Code: await sam.codeTo(/sam@example.com/) });
    await sam.sees('Hello, Sam');
    expect(new URL(sam.page.url()).pathname).toBe('/');
  });

  it('S1: keeps two tabs logged in that refresh concurrently', async () => {
    const tia = await someone();
    await tia.register('Tia', 'tia@example.com');
    await tia.logIn('tia@example.com');
    await tia.sees('Hello, Tia');
    const other = await tia.tab();
    await other.open('/');
    for (let round = 0; round < 3; round += 1) {
      await clock.advance(11 * MINUTE_MS);
      await Promise.all([tia, other].map((tab) => tab.open('/sessions')));
      await Promise.all([tia, other].map(({ page }) => page.getByText('This session').waitFor()));
    }
    expect(await tia.page.getByText('This session').count()).toBe(1);
    await tia.press('Log out');
    await other.sees('Log in');
  });

  it('S6: shows at the next click that the session has been ended elsewhere', async () => {
    const [eve, thief] = [await someone(), await someone()];
    await eve.register('Eve', 'eve@example.com');
    for (const one of [eve, thief]) {
      await one.logIn('eve@example.com');
      await one.sees('Hello, Eve');
    }
    await eve.follow('Sessions');
    await eve.page.getByRole('button', { name: /^End the session/ }).click();
    await eve.confirm('End');
    await eve.page.getByText('Log out everywhere').waitFor({ state: 'detached' });
    await thief.follow('Sessions');
    await thief.sees('Log in');
    await thief.page.getByText('Your session has ended').waitFor();
    // After the login, the page opens that the user wanted before.
    expect(new URL(thief.page.url()).search).toBe('?next=%2Fsessions');
  });

  it('R1: resets a forgotten password by mail, which ends every session', async () => {
    const [kim, other] = [await someone(), await someone()];
    await kim.register('Kim', 'kim@example.com');
    await other.logIn('kim@example.com');
    await other.sees('Hello, Kim');
    await kim.open('/forgot-password');
    await lookAt(kim.page, 'forgot-password');
    await kim.fill({ 'Email address': 'kim@example.com' });
    await kim.press('Send the link');
    await kim.sees('Look into your mailbox');
    await kim.openMailTo('kim@example.com');
    await kim.sees('Choose a new password');
    await lookAt(kim.page, 'reset-password');
    await kim.fill({ 'New password': 'password1' });
    await kim.press('Save password');
    await kim.page.getByText('This is one of the most common passwords.').waitFor();
    await kim.fill({ 'New password': 'nine quiet harbours' });
    await kim.press('Save password');
    await kim.sees('Password changed');
    await kim.logIn('kim@example.com', 'nine quiet harbours');
    await kim.sees('Hello, Kim');
    await other.follow('Activity');
    await other.sees('Log in');
    await kim.open('/reset-password');
    await kim.sees('This link does not work');
    await lookAt(kim.page, 'dead-link');
    expect(await kim.page.getByRole('link', { name: 'Send me a new link' }).getAttribute('href')).toBe('/forgot-password');
  });

  it('E1: logs in without a password, by a typed code and by a link', async () => {
    const zoe = await someone();
    const { page } = zoe;
    await zoe.open('/login');
    await zoe.follow('Log in by email, without a password');
    await zoe.sees('Log in by email');
    await lookAt(page, 'login-by-email');
    await zoe.fill({ 'Email address': 'zoe@example.com' });
    await zoe.press('Send the code');
    await zoe.sees('Enter the code');
    await lookAt(page, 'login-code');
    const code = await zoe.codeTo('zoe@example.com');
    await zoe.fill({ Code: code === '000000' ? '111111' : '000000' });
    await page.getByText('That code is wrong').waitFor();
    await zoe.fill({ Code: code });
    await zoe.sees('Hello, zoe');
    await zoe.press('Log out');
    await page.getByText('You are logged out.').waitFor();

    await clock.advance(MINUTE_MS);
    await served.auth.api.requestEmailLogin({ email: 'zoe@example.com' });
    await zoe.openMailTo('zoe@example.com');
    await lookAt(page, 'login-link');
    const link = page.url();
    await zoe.press('Log in');
    await zoe.sees('Hello, zoe');
    // The token was removed from the address, and is used up.
    expect(link).toBe(`${served.origin}/login/link`);
    await zoe.open('/login/link#token=' + 'f'.repeat(64));
    await zoe.press('Log in');
    await zoe.sees('This link does not work');
  });

  it('W1: logs in by a passkey, from the button and from the form field, and steps up a session', async () => {
    const pia = await someone();
    const { page } = pia;
    await plugIn(page);
    await pia.register('Pia', 'pia@example.com');
    await pia.logIn('pia@example.com');
    await pia.follow('Security');
    await pia.press('Add a passkey');
    await page.getByText('not used yet').waitFor();
    await pia.press('Add a passkey');
    await page.getByText('This device already has a passkey for your account.').waitFor();
    await page.getByRole('button', { name: /^Rename: / }).click();
    await pia.fill({ 'Name of the passkey': 'Laptop' });
    await pia.confirm('Save');
    await page.getByText('Laptop', { exact: true }).waitFor();
    await lookAt(page, 'passkeys');

    // The virtual authenticator responds at once and would accept the autofill offer, so the browser has no autofill at first.
    await page.evaluate('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
    await pia.press('Log out');
    await page.getByText('You are logged out.').waitFor();
    await pia.press('Log in with a passkey');
    await page.getByText('used just now').waitFor();
    await pia.press('Log out');
    await page.getByText('You are logged out.').waitFor();
    // The page that is loaded next has autofill again.
    await pia.open('/login');
    await pia.sees('Hello, Pia');

    await clock.advance(6 * MINUTE_MS);
    await pia.follow('Security');
    await pia.press('Remove: Laptop');
    await pia.confirm('Remove');
    await pia.sees('Is it you?');
    await pia.press('Use a passkey');
    await page.getByText('Laptop', { exact: true }).waitFor({ state: 'detached' });
    await pia.follow('Activity');
    await page.getByText('Passkey removed').waitFor();
    expect(await page.getByText('Passkey used').count()).toBe(3);
    await pia.follow('Overview');
    await pia.press('Not now');
    await pia.open('/');
    await page.getByText('Only this one').waitFor();
    expect(await page.getByRole('link', { name: 'Set up a passkey' }).count()).toBe(0);
  });

  it('answers the second step of a login by a passkey', async () => {
    const tom = await someone();
    const { page } = tom;
    const key = await plugIn(page);
    await tom.register('Tom', 'tom@example.com');
    await tom.logIn('tom@example.com');
    await tom.follow('Set up a passkey');
    await tom.press('Add a passkey');
    await page.getByText('not used yet').waitFor();
    await tom.press('Set up: Authenticator app');
    await tom.press('Show the QR code');
    await page.getByText('Can’t scan it?').click();
    const secret = ((await page.locator('output').textContent()) ?? '').replaceAll(' ', '');
    await tom.fill({ Code: totp(secret, clock) });
    await page.getByLabel('I have kept the codes in a safe place').check();
    await tom.press('Done');
    await key.touch(false);
    await tom.press('Log out');
    await page.getByText('You are logged out.').waitFor();
    await tom.logIn('tom@example.com');
    await tom.sees('Second step');
    await key.touch(true);
    await tom.press('Use a passkey');
    await tom.sees('Hello, Tom');
    expect(await page.getByText('Second step').count()).toBe(0);
  });

  it('X1, X2: logs in with an external provider, and links, lists and keeps identities', async () => {
    const nora = await someone();
    const { page } = nora;
    // The provider's own page loads a font from the internet.
    await page.route('https://fonts.googleapis.com/**', (route) => route.abort());
    const agreeAs = async (name: string): Promise<void> => {
      await page.getByPlaceholder('Enter any login').fill(name);
      await page.getByPlaceholder('and password').fill('anything');
      await nora.press('Sign-in');
      await nora.press('Continue');
    };
    await nora.open('/sessions');
    await nora.press('Continue with Demo ID');
    await agreeAs('Nora');
    // The page that Nora wanted before the login.
    await page.waitForURL(`${served.origin}/sessions`);
    await nora.open('/');
    await nora.sees('Hello, Nora');
    await nora.follow('Security');
    await page.getByText('nora@demo.example · used').waitFor();
    await lookAt(page, 'security-external');
    await nora.press('Remove the link: Demo ID, nora@demo.example');
    await nora.confirm('Remove');
    await page.getByText('This is the only way to log in to your account.').waitFor();
    await nora.confirm('Cancel');
    await nora.press('Log out');
    await page.getByText('You are logged out.').waitFor();

    // Another account at the provider, with the address of an account here.
    await nora.press('Continue with Demo ID');
    await agreeAs('nora!');
    await page.getByText('There is an account with your email address already.').waitFor();
    expect(page.url()).toBe(`${served.origin}/provider-return`);
    await lookAt(page, 'provider-failed');
    await nora.follow('Go to the login');
    await nora.press('Continue with Demo ID');
    await nora.follow('[ Cancel ]');
    await page.getByText('The login was cancelled').waitFor();
    await nora.follow('Go to the login');
    await nora.press('Continue with Demo ID');
    await agreeAs('Nora');
    await nora.sees('Hello, Nora');
    await nora.follow('Security');
    await nora.press('Link Demo ID');
    await agreeAs('nora!');
    await page.getByText('You can now log in with Demo ID.').waitFor();
    expect(page.url()).toBe(`${served.origin}/security`);
    expect(await page.getByText('nora@demo.example · used').count()).toBe(2);
    await page.getByRole('button', { name: 'Remove the link: Demo ID, nora@demo.example' }).first().click();
    await nora.confirm('Remove');
    await expect.poll(() => page.getByText('nora@demo.example · used').count()).toBe(1);
  }, 120_000);

  it('changes profile, password and address, exports, and deletes', async () => {
    const lee = await someone();
    const { page } = lee;
    await lee.register('Lee', 'lee@example.com');
    await lee.logIn('lee@example.com');
    await lee.follow('Profile');
    await lookAt(page, 'account');
    await lee.fill({ Name: 'Lee Two', Username: 'lee' });
    await lee.press('Save');
    await page.getByText('Saved.').waitFor();
    await lee.fill({ 'New email address': 'lee.two@example.com', 'Your password': PASSWORD });
    await lee.press('Change address');
    await page.getByText('We sent a link to lee.two@example.com').waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('region', { name: 'Your data' }).getByRole('button').click()]);
    expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toMatchObject({ user: { email: 'lee@example.com', name: 'Lee Two' } });
    await lee.openMailTo('lee.two@example.com');
    await lee.sees('Address confirmed');
    await lee.follow('Go on');
    await lee.sees('Hello, Lee Two');
    await lee.follow('Security');
    await lee.fill({ 'Current password': 'not this one', 'New password': 'nine quiet harbours' });
    await lee.press('Change password');
    await page.getByRole('alert').waitFor();
    await lee.fill({ 'Current password': PASSWORD });
    await lee.press('Change password');
    await page.getByText('Your password was changed.').waitFor();
    await lee.press('Log out');
    await lee.logIn('lee', 'nine quiet harbours');
    await lee.follow('Profile');
    await page.getByText('lee.two@example.com').first().waitFor();
    await lee.press('Delete…');
    await lookAt(page, 'delete');
    await lee.page.getByRole('dialog').getByLabel('Password', { exact: true }).fill('nine quiet harbours');
    await lee.confirm('Delete for good');
    await lee.sees('Your account is deleted');
    await lookAt(page, 'goodbye');
    await lee.logIn('lee', 'nine quiet harbours');
    await page.getByText('do not belong together').waitFor();
  });

  it('L2: says how long to wait, and continues afterwards', async () => {
    const max = await someone();
    await max.register('Max', 'max@example.com');
    await max.page.clock.install();
    await max.open('/login');
    await max.fill({ 'Email address or username': 'max@example.com', Password: 'wrong, and long enough' });
    const button = max.page.locator('button[type=submit]');
    await expect
      .poll(async () => {
        if (await button.isEnabled()) await button.click();
        return button.textContent();
      }, { timeout: 20_000 })
      .toMatch(/^Wait \d+:\d\d$/);
    await lookAt(max.page, 'throttled');
    const [, minutes = 0, seconds = 0] = /(\d+):(\d\d)/.exec((await button.textContent()) ?? '') ?? [];
    const waitMs = (Number(minutes) * 60 + Number(seconds)) * 1_000;
    // The page has counted down during the screenshots, but the server's clock has not moved.
    await clock.advance(waitMs + MINUTE_MS);
    await max.page.clock.runFor(waitMs + 1_000);
    await max.fill({ Password: PASSWORD });
    await max.press('Log in');
    await max.sees('Hello, Max');
  });

  it('keeps the session while the server or the network is unreachable, and continues automatically', async () => {
    const ida = await someone();
    const { page } = ida;
    await ida.register('Ida', 'ida@example.com');
    await ida.logIn('ida@example.com');
    await ida.sees('Hello, Ida');
    await page.route('**/web/auth/**', (route) => route.fulfill({ status: 503, json: { success: false, code: 'STORE_UNAVAILABLE', error: 'x', statusCode: 503, meta: {} } }));
    await ida.follow('Sessions');
    await page.getByText('The server cannot reach its database').waitFor();
    await lookAt(page, 'unavailable');
    await ida.open('/');
    await ida.sees('The server cannot be reached');
    await lookAt(page, 'unreachable');
    await page.unroute('**/web/auth/**');
    await ida.press('Try again');
    await ida.sees('Hello, Ida');
    await page.context().setOffline(true);
    await page.getByText('You are offline').waitFor();
    await ida.follow('Activity');
    await page.getByText('The server does not answer').waitFor();
    await page.context().setOffline(false);
    await ida.press('Try again');
    await page.getByText('Account created').waitFor();
    expect(await page.getByText('You are offline').count()).toBe(0);
  });

  it('S7: refuses forms and fetches of a foreign origin', async () => {
    const vic = await someone();
    await vic.register('Vic', 'vic@example.com');
    await vic.logIn('vic@example.com');
    await vic.sees('Hello, Vic');
    // To the browser this is another site, although it is on this machine.
    const form = `<!doctype html><form method="post" enctype="text/plain" action="${served.origin}/web/auth/logout-all"><button>Win</button></form>`;
    const foreign = await listen(0, (_req, res) => void res.setHeader('content-type', 'text/html').end(form));
    onTestFinished(() => foreign.close().closeAllConnections());
    const tab = await vic.tab();
    await tab.page.goto(`http://127.0.0.1:${portOf(foreign)}/`);
    const outcomes = await tab.page.evaluate(async (base) => {
      const ask = (path: string, init: RequestInit): Promise<string> =>
        fetch(base + path, { credentials: 'include', ...init }).then((reply) => `${reply.type} ${reply.status}`, () => 'refused');
      return Promise.all([
        ask('/web/auth/me', {}),
        ask('/web/auth/logout-all', { method: 'POST', mode: 'no-cors' }),
        ask('/web/auth/me', { method: 'DELETE', headers: { 'content-type': 'application/json' }, body: '{"password":"x"}' }),
        ask('/mailbox/messages', {}),
        ask('/mailbox/messages', { method: 'DELETE' }),
      ]);
    }, served.origin);
    expect(outcomes).toEqual(['refused', 'opaque 0', 'refused', 'refused', 'refused']);
    const [answer] = await Promise.all([tab.page.waitForResponse(`${served.origin}/web/auth/logout-all`), tab.press('Win')]);
    expect(answer.status()).toBe(403);
    // The browser's own errors about the foreign page do not count.
    complaints.length = 0;
    await vic.follow('Sessions');
    await vic.page.getByText('This session').waitFor();
  });

  it('lets an administrator invite, find, change, help and remove users', async () => {
    await served.auth.createUser({ email: 'grace@example.com', name: 'Grace', password: PASSWORD, role: 'admin', emailVerified: true });
    const [grace, pat, ned] = [await someone(), await someone(), await someone()];
    const { page } = grace;
    await ned.register('Ned', 'ned@example.com');
    await ned.logIn('ned@example.com');
    await ned.sees('Hello, Ned');
    await ned.open('/people');
    await ned.sees('There is no such page');
    await lookAt(ned.page, 'not-found');

    await grace.logIn('grace@example.com');
    await grace.follow('People');
    await lookAt(page, 'people');
    await grace.press('Invite somebody');
    await lookAt(page, 'invite');
    await page.getByRole('dialog').getByLabel('Name').fill('Pat');
    await page.getByRole('dialog').getByLabel('Email address').fill('pat@example.com');
    await grace.confirm('Send the invitation');
    await page.getByRole('link', { name: 'Pat' }).waitFor();
    await pat.openMailTo('pat@example.com');
    await pat.sees('Welcome');
    await pat.fill({ 'New password': PASSWORD });
    await pat.press('Save password');
    await pat.logIn('pat@example.com');
    await pat.sees('Hello, Pat');

    await grace.page.getByPlaceholder('Name, username or address').fill('ned@');
    await page.getByText('1 person').waitFor();
    await grace.follow('Ned');
    await grace.sees('Ned');
    await page.getByText('Account created').waitFor();
    await lookAt(page, 'person');
    await grace.press('Disable');
    await grace.confirm('Disable');
    await page.getByText('Ned is disabled.').waitFor();
    await ned.open('/sessions');
    await ned.sees('Log in');
    await ned.logIn('ned@example.com');
    await ned.page.getByText('do not belong together').waitFor();
    await grace.press('Enable');
    await grace.confirm('Enable');
    await page.getByText('Ned is enabled again.').waitFor();
    await grace.press('Send a link');
    await grace.confirm('Send a link');
    await page.getByText('A link is on its way').waitFor();
    await page.getByLabel('Role').selectOption('admin');
    await grace.press('Save');
    await page.getByText('Saved.').waitFor();
    await page.getByText('Administrator', { exact: true }).first().waitFor();
    await grace.press('Delete');
    await grace.confirm('Delete');
    await grace.sees('People');
    await page.getByRole('link', { name: 'Pat' }).waitFor();
    expect(await page.getByRole('link', { name: 'Ned' }).count()).toBe(0);
  });

  it('can be used by keyboard, and sets the focus at each change of page', async () => {
    const joe = await someone();
    const { page } = joe;
    await joe.register('Joe', 'joe@example.com');
    await joe.open('/login');
    const focused = (): Promise<string> => page.evaluate("document.activeElement.tagName + ' ' + (document.activeElement.name ?? document.activeElement.textContent)");
    await expect.poll(focused).toBe('INPUT identifier');
    await page.keyboard.type('joe@example.com');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await joe.sees('Hello, Joe');
    await expect.poll(focused).toBe('H1 Hello, Joe');
    expect(await page.title()).toBe('Hello, Joe · Sallyport');
    await page.getByRole('link', { name: 'Security' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('H1 Security');
    await page.getByRole('button', { name: 'Set up: Email' }).focus();
    await page.keyboard.press('Enter');
    await joe.sees('Email');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe('Set up: Email');
    await page.goBack();
    await joe.sees('Hello, Joe');
  });

  it('never violates its content security policy, and no script fails', () => {
    expect(complaints).toEqual([]);
  });
});
