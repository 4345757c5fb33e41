import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser, servePage } from '../test-kit/browser.js';
import { PASSWORD, serveAuth } from '../test-kit/served-auth.js';
import type { ServedAuth } from '../test-kit/served-auth.js';

const ADA = { email: 'ada@example.com', password: PASSWORD };
const MODES = ['bearer', 'cookie'] as const;

interface Scene {
  readonly served: ServedAuth;
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly authenticatorId: string;
}

/** A page with the client, in a browser with a virtual authenticator (CDP `WebAuthn`). */
async function scene(transport: (typeof MODES)[number]): Promise<Scene> {
  let ready: Promise<void> | undefined;
  const served = await serveAuth({ transport }, {
    extend(app) {
      ready = servePage(app, `
        import { createAuthClient } from '@sallyport/client';
        import * as passkeys from '@sallyport/client/passkeys';
        const options = ${JSON.stringify(transport)} === 'cookie' ? { transport: 'cookie' } : { storage: localStorage };
        globalThis.passkeys = passkeys;
        globalThis.client = createAuthClient({ baseUrl: '/auth', ...options });
        document.getElementById('app').innerHTML = '<form><input autocomplete="username webauthn"></form>';`);
    },
  });
  await ready;
  const page = await (await openBrowser()).newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(served.origin);
  await page.waitForFunction('globalThis.client !== undefined');
  return { served, page, cdp, authenticatorId };
}

const run = (page: Page, work: string): Promise<unknown> => page.evaluate(`(async () => { ${work} })()`);

describe.each(MODES)('passkeys in a real browser, in %s mode', (transport) => {
  it.skipIf(!hasBrowser())('are registered, log in by a button and by the form, step up, and are removed', async () => {
    const { served, page, cdp, authenticatorId } = await scene(transport);
    await run(page, `await client.register({ ...${JSON.stringify(ADA)}, name: 'Ada' }); await client.login(${JSON.stringify(ADA)})`);
    expect(await run(page, 'return passkeys.canUsePasskeys()')).toBe(true);
    expect(await run(page, "return (await passkeys.addPasskey(client, { name: 'Laptop' })).name")).toBe('Laptop');
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
    expect(await run(page, 'return passkeys.addPasskey(client).catch((error) => error.name)')).toBe('InvalidStateError');

    expect(await run(page, 'return (await passkeys.usePasskey(client)).auth.status')).toBe('FULL_AUTH');
    expect(await run(page, 'return (await client.sessions()).sessions.length')).toBe(1);

    await run(page, 'await client.logout()');
    expect(await run(page, 'return (await passkeys.usePasskey(client)).user.name')).toBe('Ada');
    expect(await run(page, 'return [client.session.status, client.session.auth.status]')).toEqual(['signed-in', 'FULL_AUTH']);

    await run(page, 'await client.logout()');
    // The virtual authenticator chooses automatically. Only one request can be open: pressing the button ends the offer.
    expect(await run(page, 'return passkeys.canOfferPasskeys()')).toBe(true);
    expect(await run(page, 'return (await passkeys.offerPasskeys(client)).user.name')).toBe('Ada');
    expect(await run(page, 'return client.session.status')).toBe('signed-in');

    const id = await run(page, 'return (await passkeys.listPasskeys(client))[0].id');
    await run(page, `await passkeys.removePasskey(client, { id: ${JSON.stringify(id)} })`);
    expect(await run(page, 'return (await passkeys.listPasskeys(client)).length')).toBe(0);
    await run(page, 'await client.logout()');
    const refused = await run(page, 'return passkeys.usePasskey(client).catch((error) => [error.name, error.code])');
    // A browser that was informed no longer offers the passkey.
    expect([['AuthClientError', 'INVALID_PASSKEY'], ['NotAllowedError', 0]]).toContainEqual(refused);
    expect(served.requests.filter((request) => request === 'POST /auth/passkeys/authentication').length).toBeGreaterThan(2);
  }, 60_000);

  it.skipIf(!hasBrowser())('are hidden again if the server refuses them, but not if its response was lost', async () => {
    const { page, cdp, authenticatorId } = await scene(transport);
    await run(page, `await client.register({ ...${JSON.stringify(ADA)}, name: 'Ada' }); await client.login(${JSON.stringify(ADA)})`);
    await run(page, `
      globalThis.told = [];
      PublicKeyCredential.signalUnknownCredential = async (passkey) => void told.push(passkey);
      globalThis.addWith = (registerPasskey) => passkeys.addPasskey({ beginPasskeyRegistration: client.beginPasskeyRegistration, registerPasskey }).catch((error) => error.name);`);
    expect(await run(page, "return addWith(() => Promise.reject(new TypeError('lost')))")).toBe('TypeError');
    expect(await run(page, 'return told')).toEqual([]);
    // Send the token of another registration.
    expect(await run(page, "return addWith((input) => client.registerPasskey({ ...input, registrationToken: 'x' }))")).toBe('AuthClientError');
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    const told = (await run(page, 'return told.map(({ rpId, credentialId }) => [rpId, credentialId])')) as [string, string][];
    expect(told).toHaveLength(1);
    expect(told[0]?.[0]).toBe('localhost');
    expect(credentials.map(({ credentialId }) => Buffer.from(credentialId, 'base64').toString('base64url'))).toContain(told[0]?.[1]);
  }, 60_000);

  it.skipIf(!hasBrowser())('do not log in without user verification, and an offer ends at the next request', async () => {
    const { page, cdp, authenticatorId } = await scene(transport);
    await run(page, `await client.register({ ...${JSON.stringify(ADA)}, name: 'Ada' }); await client.login(${JSON.stringify(ADA)}); await passkeys.addPasskey(client); await client.logout()`);
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false });
    await run(page, 'globalThis.offer = passkeys.offerPasskeys(client)');
    await page.waitForTimeout(200);
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true });
    expect(await run(page, 'return (await passkeys.usePasskey(client)).auth.status')).toBe('FULL_AUTH');
    expect(await run(page, 'return offer')).toBe(null);
    await run(page, 'await client.logout()');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    expect(await run(page, 'return passkeys.usePasskey(client).catch((error) => error.name)')).toBe('NotAllowedError');
  }, 60_000);
});
