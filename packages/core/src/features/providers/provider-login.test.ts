import { describe, expect, it, vi } from 'vitest';
import { AuthError } from '../../errors.js';
import { anIdentity, fakeProvider } from '../../test-kit/fake-provider.js';
import { ADA, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { createProviderTestApp, fragmentOf } from '../../test-kit/provider-test-app.js';
import type { Browser } from '../../test-kit/provider-test-app.js';
import { createTestApp, PASSWORD, stateOf } from '../../test-kit/test-app.js';
import { headerOf } from '../../testing/client.js';
import { loginAs } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';

const MINUTE_MS = 60_000;
const aBrowser = (): Browser => ({ cookie: undefined });

describe('a login with a provider', () => {
  it('creates an account at the first login, and uses it from then on', async () => {
    const { logIn, get, store, emitted } = createProviderTestApp({ delivery: false });
    const first = await logIn(aBrowser());
    expect([first.status, first.body.data.isNewUser, first.body.data.auth.status]).toEqual([200, true, 'BASIC_AUTH']);
    const { user } = (await get('/me', first.body.data.accessToken)).body.data;
    expect(user).toMatchObject({ email: ADA, emailVerified: true, name: 'Ada Lovelace', username: null, role: 'user' });
    const second = await logIn(aBrowser());
    expect([second.body.data.userId, second.body.data.isNewUser]).toEqual([user.id, false]);
    expect(store.dump()['users']).toHaveLength(1);
    expect(emitted.map(({ type }) => type)).toEqual([
      'account.registered', 'identity.linked', 'login.succeeded', 'login.succeeded',
    ]);
    expect(emitted[2]?.detail).toEqual({ newDevice: true, amr: 'fed' });
  });

  it('X2: identifies by issuer and subject, even if the address changes', async () => {
    const { logIn, comeBack } = createProviderTestApp();
    const { userId } = (await logIn(aBrowser())).body.data;
    expect((await logIn(aBrowser(), anIdentity({ email: 'other@example.com' }))).body.data.userId).toBe(userId);
    const stranger = anIdentity({ subject: 'subject of eve' });
    expect((await comeBack(aBrowser(), stranger)).get('error')).toBe('ACCOUNT_EXISTS');
    const elsewhere = anIdentity({ issuer: 'https://other.example' });
    expect((await comeBack(aBrowser(), elsewhere)).get('error')).toBe('ACCOUNT_EXISTS');
  });

  it('returns where to continue, even if a second factor comes first', async () => {
    const { logIn, auth, clock, start, callback, provider, exchange } = createProviderTestApp();
    const { accessToken } = (await logIn(aBrowser())).body.data;
    const setUp = await auth.api.setUpTwoFactor({}, { accessToken });
    const secret = 'secret' in setUp ? setUp.secret : '';
    await auth.api.enableTwoFactor({ token: totp(secret, clock) }, { accessToken });
    const browser = aBrowser();
    const { body } = await start(browser, { body: { redirectTo: '/reports' } });
    const code = fragmentOf(await callback(browser, provider.approve(body.data.url))).get('code') ?? '';
    const { data, meta } = (await exchange(browser, code)).body;
    expect([typeof data.challengeToken, data.redirectTo, meta.redirectTo]).toEqual(['string', '/reports', '/auth/2fa/verify']);
  });

  it('L4: asks for the second factor if it is on', async () => {
    const { logIn, auth, clock, post } = createProviderTestApp();
    const { accessToken } = (await logIn(aBrowser())).body.data;
    const setUp = await auth.api.setUpTwoFactor({}, { accessToken });
    const secret = 'secret' in setUp ? setUp.secret : '';
    await auth.api.enableTwoFactor({ token: totp(secret, clock) }, { accessToken });
    const { data } = (await logIn(aBrowser())).body;
    expect([data.accessToken, data.auth.status, data.isNewUser]).toEqual([undefined, 'PENDING_VERIFICATION', false]);
    clock.set(clock.now() + 30_000);
    const verified = await post('/2fa/verify', { token: totp(secret, clock), challengeToken: data.challengeToken });
    expect(verified.body.data.auth.status).toBe('FULL_AUTH');
    expect((await auth.verifyAccessToken(verified.body.data.accessToken)).amr).toContain('fed');
  });

  it('refuses a disabled account, and calls beforeLogin', async () => {
    const beforeLogin = vi.fn<() => void>();
    const { logIn, store, clock } = createProviderTestApp({ hooks: { beforeLogin } });
    const { userId } = (await logIn(aBrowser())).body.data;
    expect(beforeLogin).toHaveBeenCalledTimes(1);
    await store.users.update(userId, { disabled: true }, { at: clock.now(), keepLastOf: 'admin' });
    const refused = await logIn(aBrowser());
    expect([refused.status, refused.body.code]).toEqual([401, 'INVALID_LOGIN_TOKEN']);
    expect(beforeLogin).toHaveBeenCalledTimes(1);
  });

  it('is off, and its routes answer 404, if no provider is configured', async () => {
    for (const providers of [undefined, {}]) {
      const { auth, send, get } = createTestApp({ providers });
      const { accessToken } = await loginAs(auth);
      for (const path of ['/providers', '/identities', '/providers/fake/callback']) expect((await get(path, accessToken)).status).toBe(404);
      for (const path of ['/providers/fake/start', '/providers/fake/callback', '/providers/exchange']) {
        expect((await send({ method: 'POST', path, body: {} })).status).toBe(404);
      }
      await expect(auth.api.providers({})).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(auth.api.identities({}, { accessToken })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(Object.keys(auth.openapi().paths).filter((path) => /providers|identities/.test(path))).toEqual([]);
    }
  });

  it('answers 404 for a provider that is not configured', async () => {
    const { send } = createProviderTestApp({ providers: {} });
    expect((await send({ method: 'POST', path: '/providers/google/start', body: {} })).body.code).toBe('NOT_FOUND');
    expect((await send({ path: '/providers/google/callback', query: 'state=x' })).status).toBe(303);
    expect((await send({ path: '/providers' })).body.data.providers).toEqual([{ id: 'fake', name: 'Fake' }]);
    for (const id of ['__proto__', 'constructor', 'toString']) {
      expect((await send({ method: 'POST', path: `/providers/${id}/start`, body: {} })).body.code).toBe('NOT_FOUND');
    }
  });
});

describe('a sign-up with a provider', () => {
  it('is a registration: it can be closed, or refused by the hook', async () => {
    const closed = createProviderTestApp({ registration: { enabled: false } });
    expect((await closed.comeBack(aBrowser())).get('error')).toBe('FORBIDDEN');
    const beforeRegister = vi.fn<(attempt: object) => Promise<void>>().mockRejectedValue(new AuthError('FORBIDDEN'));
    const vetoed = createProviderTestApp({ hooks: { beforeRegister } });
    expect((await vetoed.comeBack(aBrowser())).get('error')).toBe('FORBIDDEN');
    expect(beforeRegister.mock.calls[0]?.[0]).toMatchObject({ email: ADA, name: 'Ada Lovelace', username: null, role: 'user', profile: undefined });
    for (const { store } of [closed, vetoed]) expect(store.dump()['users']).toEqual([]);
  });

  it('with an unverified address, creates an account that must verify it', async () => {
    const { comeBack, mail, store, logIn } = createProviderTestApp({ registration: { requireVerifiedEmail: true } });
    expect((await logIn(aBrowser(), anIdentity({ emailVerified: false }))).body.code).toBe('EMAIL_NOT_VERIFIED');
    expect((await mail.next('email-verification')).to).toBe(ADA);
    expect(store.dump()['users']).toMatchObject([{ email: ADA, emailVerifiedAt: null, passwordHash: null }]);
    expect((await comeBack(aBrowser(), anIdentity({ emailVerified: false }))).get('code')).not.toBeNull();
  });

  it('requires an address', async () => {
    const { comeBack, store } = createProviderTestApp();
    for (const email of [null, 'no address']) expect((await comeBack(aBrowser(), anIdentity({ email }))).get('error')).toBe('EMAIL_NOT_VERIFIED');
    expect(store.dump()['users']).toEqual([]);
  });

  it('R2: with concealExisting, an unverified address does not reveal whether it is registered', async () => {
    const { comeBack, auth, store } = createProviderTestApp({ registration: { concealExisting: true } });
    await loginAs(auth, { email: 'taken@example.com' });
    const before = stateOf(store)['users'];
    for (const email of ['taken@example.com', 'free@example.com']) {
      expect((await comeBack(aBrowser(), anIdentity({ email, emailVerified: false }))).get('error')).toBe('EMAIL_NOT_VERIFIED');
    }
    expect(stateOf(store)['users']).toEqual(before);
  });

  it('uses the local part of the address if there is no usable name', async () => {
    const { logIn, get } = createProviderTestApp();
    const { accessToken } = (await logIn(aBrowser(), anIdentity({ name: 'a\u0000b' }))).body.data;
    expect((await get('/me', accessToken)).body.data.user.name).toBe('ada');
  });
});

describe('an existing account with the address', () => {
  it('X2: is not linked by a login, unless linking is "verified" and both addresses are verified', async () => {
    const cases = [
      { linking: 'session', isProven: true, emailVerified: true, error: 'ACCOUNT_EXISTS' },
      { linking: 'session', isProven: false, emailVerified: true, error: 'ACCOUNT_EXISTS' },
      { linking: 'verified', isProven: false, emailVerified: true, error: 'ACCOUNT_EXISTS' },
      { linking: 'verified', isProven: true, emailVerified: false, error: 'ACCOUNT_EXISTS' },
      { linking: 'verified', isProven: true, emailVerified: true, error: null },
    ] as const;
    for (const { linking, isProven, emailVerified, error } of cases) {
      const { comeBack, auth, store, clock, mail, exchange } = createProviderTestApp({ linking });
      const { userId } = await loginAs(auth, { email: ADA });
      if (isProven) await store.users.verifyEmail(userId, ADA, clock.now());
      const browser = aBrowser();
      const fragment = await comeBack(browser, anIdentity({ emailVerified }));
      expect([linking, isProven, emailVerified, fragment.get('error')]).toEqual([linking, isProven, emailVerified, error]);
      expect(await store.identities.list(userId)).toHaveLength(error === null ? 1 : 0);
      if (error !== null) continue;
      const { data } = (await exchange(browser, fragment.get('code') ?? '')).body;
      expect([data.userId, data.isNewUser]).toEqual([userId, false]);
      expect((await mail.next('security-notice')).data['notice']).toBe('identity-linked');
    }
  });

  it('R7: loses the identity of an earlier claimant at a reset that verifies the address, even before its first login', async () => {
    for (const hasLoggedIn of [true, false]) {
      const { comeBack, exchange, post, tokenOf, store, emitted } = createProviderTestApp();
      const browser = aBrowser();
      const eve = anIdentity({ subject: 'subject of eve', emailVerified: false });
      const code = (await comeBack(browser, eve)).get('code') ?? '';
      if (hasLoggedIn) await exchange(browser, code);
      await post('/password/request', { email: ADA });
      await post('/password/reset', { token: await tokenOf('password-reset'), newPassword: NEW_PASSWORD });
      expect(store.dump()['identities']).toEqual([]);
      expect(emitted.map(({ type }) => type)).toContain('account.claimed');
      expect((await exchange(browser, code)).body.code).toBe('INVALID_LOGIN_TOKEN');
      expect((await comeBack(aBrowser(), eve)).get('error')).toBe('ACCOUNT_EXISTS');
    }
  });
});

describe('the login attempt', () => {
  it('X1: works once, even if its response is sent twenty times concurrently', async () => {
    const { start, callback, provider, store } = createProviderTestApp();
    const browser = aBrowser();
    const query = provider.approve((await start(browser)).body.data.url);
    const replies = await Promise.all(Array.from({ length: 20 }, () => callback(browser, query)));
    const codes = replies.map(fragmentOf).filter((fragment) => fragment.has('code'));
    expect(codes).toHaveLength(1);
    expect(store.dump()['users']).toHaveLength(1);
    expect(provider.answers).toHaveLength(1);
    expect(fragmentOf(await callback(browser, query)).get('error')).toBe('INVALID_LOGIN_TOKEN');
  });

  it('X1: has fresh state, nonce and PKCE, and the verifier does not leave the server before the response', async () => {
    const { start, callback, provider } = createProviderTestApp();
    const browser = aBrowser();
    for (let n = 0; n < 2; n += 1) await callback(browser, provider.approve((await start(browser)).body.data.url));
    const [one, two] = provider.answers;
    for (const field of ['state', 'nonce', 'codeVerifier'] as const) {
      expect(one?.[field]).toMatch(/^[\w-]{43}$/);
      expect(one?.[field]).not.toBe(two?.[field]);
    }
    expect(one?.redirectUri).toBe('https://api.example.com/auth/providers/fake/callback');
  });

  it('X1: is bound to its browser and provider, and expires after ten minutes', async () => {
    const other = fakeProvider();
    const { start, callback, provider, clock, store } = createProviderTestApp({ providers: { other } });
    const browser = aBrowser();
    const begin = async (): Promise<string> => provider.approve((await start(browser)).body.data.url);
    const query = await begin();
    expect(fragmentOf(await callback(aBrowser(), query)).get('error')).toBe('INVALID_LOGIN_TOKEN');
    const stranger = aBrowser();
    await start(stranger);
    expect(fragmentOf(await callback(stranger, query)).get('error')).toBe('INVALID_LOGIN_TOKEN');
    const twice = { cookie: `${browser.cookie}; ${stranger.cookie}` };
    expect(fragmentOf(await callback(twice, query)).get('error')).toBe('INVALID_LOGIN_TOKEN');
    expect(fragmentOf(await callback(browser, query, 'other')).get('error')).toBe('INVALID_LOGIN_TOKEN');
    expect(other.answers).toEqual([]);
    // These refused responses have not used it up.
    expect(fragmentOf(await callback(browser, query)).has('code')).toBe(true);
    const late = await begin();
    await clock.advance(10 * MINUTE_MS);
    expect(fragmentOf(await callback(browser, late)).get('error')).toBe('INVALID_LOGIN_TOKEN');
    expect(store.dump()['users']).toHaveLength(1);
  });

  it('X1: sets a cookie that is bound to the host for ten minutes, in either transport, and works for two tabs', async () => {
    for (const transport of ['bearer', 'cookie'] as const) {
      const { send, provider, callback } = createProviderTestApp({ transport });
      const headers = { origin: 'https://api.example.com' };
      const request = { method: 'POST', path: '/providers/fake/start', body: {} };
      const first = await send({ ...request, headers });
      const line = headerOf(first, 'Set-Cookie') ?? '';
      expect(line).toMatch(/^__Host-sp_px=[\w-]{43}; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/);
      const browser = { cookie: line.split(';')[0] };
      const second = await send({ ...request, headers: { ...headers, cookie: browser.cookie ?? '' } });
      expect(headerOf(second, 'Set-Cookie')).toBe(line);
      for (const { body } of [first, second]) expect(fragmentOf(await callback(browser, provider.approve(body.data.url))).has('code')).toBe(true);
    }
  });

  it('X1: with a provider that posts its response, the cookie is sent with a cross-site post, and the origin is not checked', async () => {
    const posting = fakeProvider({ responseMode: 'form_post' });
    const { send } = createProviderTestApp({ transport: 'cookie', providers: { posting } });
    const started = await send({ method: 'POST', path: '/providers/posting/start', body: {}, headers: { origin: 'https://api.example.com' } });
    const line = headerOf(started, 'Set-Cookie') ?? '';
    expect(line).toContain('SameSite=None');
    const back = await send({
      method: 'POST',
      path: '/providers/posting/callback',
      body: new TextEncoder().encode(posting.approve(started.body.data.url)),
      headers: { origin: 'https://posting.example', cookie: line.split(';')[0] ?? '', 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(fragmentOf(back).has('code')).toBe(true);
  });

  it('X1: is not used up by HEAD, which scanners of mail and previews of links send', async () => {
    const { start, send, callback, provider, store } = createProviderTestApp();
    const browser = aBrowser();
    const query = provider.approve((await start(browser)).body.data.url);
    const before = JSON.stringify(store.dump());
    const head = await send({ method: 'HEAD', path: '/providers/fake/callback', query, headers: { cookie: browser.cookie ?? '' } });
    expect([head.status, headerOf(head, 'Allow'), headerOf(head, 'Set-Cookie'), head.text]).toEqual([405, 'GET, POST', undefined, null]);
    expect([JSON.stringify(store.dump()), provider.answers]).toEqual([before, []]);
    expect(fragmentOf(await callback(browser, query)).has('code')).toBe(true);
  });

  it('ends if the user declines, or if the response cannot be verified', async () => {
    const { start, callback, provider, emitted, log } = createProviderTestApp();
    const browser = aBrowser();
    const stateOfAttempt = async (): Promise<string> => new URL((await start(browser)).body.data.url).searchParams.get('state') ?? '';
    const answers = [
      [{ error: 'access_denied' }, 'PROVIDER_DENIED'],
      [{ error: 'server_error', error_description: 'CANARY' }, 'PROVIDER_FAILED'],
      [{ code: 'CANARY of nobody' }, 'PROVIDER_FAILED'],
      [{}, 'PROVIDER_FAILED'],
    ] as const;
    for (const [answer, code] of answers) {
      const state = await stateOfAttempt();
      const query = new URLSearchParams({ ...answer, state }).toString();
      const reply = await callback(browser, query);
      expect(fragmentOf(reply).get('error')).toBe(code);
      expect(fragmentOf(await callback(browser, query)).get('error')).toBe('INVALID_LOGIN_TOKEN');
      expect(JSON.stringify([reply.headers, emitted, log])).not.toContain('CANARY');
    }
    expect(provider.answers).toHaveLength(2);
    expect(emitted.map(({ detail }) => Reflect.get(detail ?? {}, 'reason'))).toEqual(['denied', 'failed', 'failed', 'failed'].flatMap((reason) => [reason, 'invalid-attempt']));
  });

  it('fails if the provider hangs', async () => {
    const signals: AbortSignal[] = [];
    const never = async ({ signal }: { readonly signal: AbortSignal }): Promise<never> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const hanging = fakeProvider({ finish: never });
    const { start, callback, clock } = createProviderTestApp({ providers: { hanging, deaf: fakeProvider({ start: never }) } });
    const browser = aBrowser();
    const query = hanging.approve((await start(browser, { id: 'hanging' })).body.data.url);
    const back = callback(browser, query, 'hanging');
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    await clock.advance(10_000);
    expect(fragmentOf(await back).get('error')).toBe('PROVIDER_FAILED');
    const started = start(aBrowser(), { id: 'deaf' });
    await vi.waitFor(() => expect(signals).toHaveLength(2));
    await clock.advance(10_000);
    expect((await started).status).toBe(502);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('is refused with repeated or too long parameters', async () => {
    const { start, callback, provider } = createProviderTestApp();
    const browser = aBrowser();
    const query = provider.approve((await start(browser)).body.data.url);
    expect(fragmentOf(await callback(browser, `${query}&code=another`)).get('error')).toBe('VALIDATION_FAILED');
    expect(fragmentOf(await callback(browser, `${query}&x=${'a'.repeat(9_000)}`)).get('error')).toBe('VALIDATION_FAILED');
    expect(fragmentOf(await callback(browser, query)).has('code')).toBe(true);
  });
});

describe('the exchange code', () => {
  it('X3: works once in the same browser within a minute, even if it is sent twenty times concurrently', async () => {
    const { comeBack, exchange, clock, store } = createProviderTestApp();
    const browser = aBrowser();
    const code = (await comeBack(browser)).get('code') ?? '';
    expect((await exchange(aBrowser(), code)).body.code).toBe('INVALID_LOGIN_TOKEN');
    const replies = await Promise.all(Array.from({ length: 20 }, () => exchange(browser, code)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ body }) => body.code === 'INVALID_LOGIN_TOKEN')).toHaveLength(19);
    expect(store.dump()['sessions']).toHaveLength(1);
    const late = (await comeBack(browser)).get('code') ?? '';
    await clock.advance(MINUTE_MS);
    expect((await exchange(browser, late)).body.code).toBe('INVALID_LOGIN_TOKEN');
  });

  it('X3: is all that the page gets: no token is in a URL', async () => {
    const { start, callback, provider } = createProviderTestApp();
    const browser = aBrowser();
    const reply = await callback(browser, provider.approve((await start(browser)).body.data.url));
    expect([...fragmentOf(reply).keys()]).toEqual(['code']);
    expect(reply.text).toBeNull();
    expect(reply.headers).toMatchObject({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  });

  it('is voided by a change of the account’s credentials', async () => {
    const { comeBack, exchange, logIn, post, tokenOf } = createProviderTestApp();
    await logIn(aBrowser());
    const browser = aBrowser();
    const code = (await comeBack(browser)).get('code') ?? '';
    await post('/password/request', { email: ADA });
    await post('/password/reset', { token: await tokenOf('password-reset'), newPassword: PASSWORD });
    expect((await exchange(browser, code)).body.code).toBe('INVALID_LOGIN_TOKEN');
  });

  it('X1, X3: works by web requests, for hosts without an adapter', async () => {
    const { auth, provider } = createProviderTestApp();
    const ask = async (path: string, init: RequestInit): Promise<Response> => auth.fetch(new Request(`https://api.example.com/auth${path}`, init), { ip: null, mount: '/auth' });
    const json = { 'content-type': 'application/json' };
    const started = await ask('/providers/fake/start', { method: 'POST', body: '{}', headers: json });
    const [line = ''] = started.headers.getSetCookie();
    const cookie = line.split(';')[0] ?? '';
    const { data } = (await started.json()) as { readonly data: { readonly url: string } };
    const back = await ask(`/providers/fake/callback?${provider.approve(data.url)}`, { headers: { cookie } });
    const code = new URLSearchParams(new URL(back.headers.get('location') ?? '').hash.slice(1)).get('code');
    const exchanged = await ask('/providers/exchange', { method: 'POST', body: JSON.stringify({ code }), headers: { ...json, cookie } });
    expect([back.status, exchanged.status]).toEqual([303, 200]);
  });

  it('is exchanged for cookies in cookie mode', async () => {
    const { send, provider, callback } = createProviderTestApp({ transport: 'cookie' });
    const headers = { origin: 'https://api.example.com' };
    const started = await send({ method: 'POST', path: '/providers/fake/start', body: {}, headers });
    const cookie = headerOf(started, 'Set-Cookie')?.split(';')[0] ?? '';
    const code = fragmentOf(await callback({ cookie }, provider.approve(started.body.data.url))).get('code');
    const { body, headers: set } = await send({ method: 'POST', path: '/providers/exchange', body: { code }, headers: { ...headers, cookie } });
    expect(body.data).toMatchObject({ isNewUser: true, auth: { status: 'BASIC_AUTH' } });
    expect(body.data.accessToken).toBeUndefined();
    expect([set['Set-Cookie']].flat().map((line) => line?.split('=')[0])).toEqual(['__Host-sp_at', '__Host-sp_rt', '__Host-sp_dt']);
  });

  it('X3: returns where to continue, at a configured origin only', async () => {
    const { start, callback, provider, exchange } = createProviderTestApp({ trustedOrigins: ['https://admin.example.com'] });
    const allowed = [
      ['/settings?tab=1#top', '/settings?tab=1#top'],
      ['https://app.example.com/a', '/a'],
      ['https://admin.example.com/b', 'https://admin.example.com/b'],
      ['https://api.example.com/c', 'https://api.example.com/c'],
    ] as const;
    for (const [redirectTo, expected] of allowed) {
      const browser = aBrowser();
      const { body } = await start(browser, { body: { redirectTo } });
      const code = fragmentOf(await callback(browser, provider.approve(body.data.url))).get('code') ?? '';
      const { data, meta } = (await exchange(browser, code)).body;
      expect([data.redirectTo, meta.redirectTo]).toEqual([expected, expected]);
    }
    const refused = [
      'https://evil.example/', '//evil.example', '/\\evil.example', '\\\\evil.example', 'javascript:alert(1)', 'https://app.example.com@evil.example/',
      'https://app.example.com.evil.example', 'http://app.example.com/', '/.//evil.example', '/\t/evil.example', 'https://user:pw@app.example.com/', '/a/..//evil.example',
    ];
    for (const redirectTo of refused) {
      const { body } = await start(aBrowser(), { body: { redirectTo } });
      expect([redirectTo, body.code, body.meta.issues?.[0]?.path]).toEqual([redirectTo, 'VALIDATION_FAILED', 'redirectTo']);
    }
  });
});
