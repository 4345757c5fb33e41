import { describe, expect, it } from 'vitest';
import { registerPasskeyOf, usePasskeyOf } from '../../test-kit/passkeys.js';
import { softAuthenticator } from '../../testing/soft-authenticator.js';
import type { AuthenticatorOptions, Lies } from '../../testing/soft-authenticator.js';
import { createTestApp, PASSWORD } from '../../test-kit/test-app.js';
import type { TestApp } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';

const MINUTE_MS = 60_000;

async function begin(options: Parameters<typeof createTestApp>[0] = {}, how: AuthenticatorOptions = {}) {
  const app = createTestApp(options);
  const ada = await loginAs(app.auth);
  const { authenticator, passkey } = await registerPasskeyOf(app, ada, softAuthenticator(how));
  return { ...app, ada, authenticator, passkey };
}

const reasonsOf = ({ emitted }: Pick<TestApp, 'emitted'>): unknown[] =>
  emitted.filter(({ type }) => type === 'passkey.refused').map(({ detail }) => detail);

const notices = ({ store }: Pick<TestApp, 'store'>): number => store.dump()['outbox']?.length ?? 0;

async function enableTwoFactor({ auth, clock }: Pick<TestApp, 'auth' | 'clock'>, accessToken: string): Promise<void> {
  const setUp = await auth.api.setUpTwoFactor({}, { accessToken });
  await auth.api.enableTwoFactor({ token: totp('secret' in setUp ? setUp.secret : '', clock) }, { accessToken });
}

describe('logging in by a passkey', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('%s: begins a session at aal 2, since a passkey is both factors', async (algorithm) => {
    const app = await begin({}, { algorithm });
    const reply = await usePasskeyOf(app, app.authenticator);
    expect(reply.status).toBe(200);
    const { data } = reply.body;
    expect(data).toMatchObject({ user: { id: app.ada.userId }, tokenType: 'Bearer', auth: { hasAccessToken: true, enable: false, status: 'FULL_AUTH', verified: true } });
    expect(data.deviceToken).toMatch(/^sp_dt_/);
    expect(await app.auth.verifyAccessToken(data.accessToken)).toMatchObject({ amr: ['swk', 'user', 'mfa'], acr: 'aal2' });
    expect((await app.get('/me', data.accessToken)).body.data.auth.status).toBe('FULL_AUTH');
    expect(app.emitted).toContainEqual(expect.objectContaining({ type: 'passkey.used', detail: { passkeyId: app.passkey.id, purpose: 'login' } }));
  });

  it('W5: options are the same for all users except for the challenge', async () => {
    const { post, ada } = await begin();
    const all = await Promise.all([undefined, ada.accessToken].map(async (token) => post('/passkeys/authentication/options', {}, token)));
    for (const { body } of all) {
      expect(body.data.options).toEqual({ rpId: 'example.com', challenge: body.data.options.challenge, timeout: 300_000, userVerification: 'required' });
    }
    expect(new Set(all.map(({ body }) => body.data.options.challenge)).size).toBe(2);
  });

  it('Z4: beginning stores nothing', async () => {
    const { post, store } = await begin();
    const before = store.dump();
    for (let count = 0; count < 5; count += 1) await post('/passkeys/authentication/options', {});
    expect(store.dump()).toEqual(before);
  });

  it('W1: a challenge is used once, even by concurrent responses', async () => {
    const app = await begin({}, { counts: false });
    const { authenticationToken, options } = (await app.post('/passkeys/authentication/options', {})).body.data;
    const body = { authenticationToken, credential: app.authenticator.get(options) };
    const replies = await Promise.all(Array.from({ length: 10 }, async () => app.post('/passkeys/authentication', body)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(reasonsOf(app)).toEqual(Array.from({ length: 9 }, () => ({ reason: 'used' })));
    expect(await app.store.sessions.list(app.ada.userId)).toHaveLength(2);
  });

  it('W1: a challenge expires after five minutes, and one of a registration is invalid for a login', async () => {
    const app = await begin();
    const { authenticationToken, options } = (await app.post('/passkeys/authentication/options', {})).body.data;
    const credential = app.authenticator.get(options);
    const other = (await app.post('/passkeys/registration/options', {}, app.ada.accessToken)).body.data;
    const swapped = await app.post('/passkeys/authentication', { authenticationToken: other.registrationToken, credential });
    await app.clock.advance(5 * MINUTE_MS);
    const late = await app.post('/passkeys/authentication', { authenticationToken, credential });
    for (const reply of [swapped, late]) expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_PASSKEY']);
  });

  const lies: readonly (readonly [string, Lies, string])[] = [
    ['a page of another origin', { origin: 'https://evil.example' }, 'other-origin'],
    ['a frame on another page', { crossOrigin: true }, 'other-origin'],
    ['another relying party', { rpId: 'evil.example' }, 'not-verified'],
    ['no user presence', { without: ['up'] }, 'not-verified'],
    ['no user verification', { without: ['uv'] }, 'not-verified'],
    ['another challenge', { challenge: 'AAAA' }, 'not-verified'],
    ['an answer to another question', { type: 'webauthn.create' }, 'not-verified'],
    ['another key', { forged: true }, 'not-verified'],
    ['another account’s handle', { userHandle: 'b3RoZXI' }, 'not-verified'],
    ['no handle', { userHandle: null }, 'not-verified'],
    ['a backup of what cannot be backed up', { also: ['bs'] }, 'not-verified'],
    ['a passkey that nobody has', { id: 'bm9ib2R5' }, 'unknown'],
  ];
  it.each(lies)('W2, W5: refuses %s with the same error, and changes nothing', async (_, told, reason) => {
    const app = await begin();
    const { passkeys } = app.store.dump();
    const mails = notices(app);
    const reply = await usePasskeyOf(app, app.authenticator, { lies: told });
    const { timestamp: _at, requestId: _id, ...meta } = reply.body.meta;
    expect([reply.status, { ...reply.body, meta }]).toEqual([
      401,
      { success: false, error: 'The passkey is not valid', code: 'INVALID_PASSKEY', statusCode: 401, meta: {} },
    ]);
    expect(reasonsOf(app)).toEqual([{ reason }]);
    expect([app.store.dump()['passkeys'], notices(app)]).toEqual([passkeys, mails]);
    expect((await usePasskeyOf(app, app.authenticator)).status).toBe(200);
  });

  it('W5: disabled and removed accounts get the same error', async () => {
    const app = await begin();
    await app.store.users.update(app.ada.userId, { disabled: true }, { at: 1, keepLastOf: 'admin' });
    expect((await usePasskeyOf(app, app.authenticator)).body.code).toBe('INVALID_PASSKEY');
    await app.store.users.remove(app.ada.userId, 'admin');
    expect((await usePasskeyOf(app, app.authenticator)).body.code).toBe('INVALID_PASSKEY');
  });

  it('updates counter, backup state and last use', async () => {
    const app = await begin();
    await app.clock.advance(MINUTE_MS);
    await usePasskeyOf(app, app.authenticator, { lies: { also: ['be', 'bs'], counter: 41 } });
    expect(await app.store.passkeys.list(app.ada.userId)).toMatchObject([{ counter: 41, backedUp: true, lastUsedAt: app.clock.now() }]);
    await usePasskeyOf(app, app.authenticator, { lies: { counter: 42 } });
    expect(await app.store.passkeys.list(app.ada.userId)).toMatchObject([{ counter: 42, backedUp: false }]);
  });

  it('W4: a counter that decreased is refused, is reported once, and does not lock the account', async () => {
    const app = await begin();
    await usePasskeyOf(app, app.authenticator, { lies: { counter: 10 } });
    const mails = notices(app);
    const { authenticationToken, options } = (await app.post('/passkeys/authentication/options', {})).body.data;
    const body = { authenticationToken, credential: app.authenticator.get(options, { counter: 10 }) };
    for (let count = 0; count < 3; count += 1) expect((await app.post('/passkeys/authentication', body)).body.code).toBe('INVALID_PASSKEY');
    expect(reasonsOf(app)[0]).toEqual({ reason: 'counter' });
    expect(notices(app)).toBe(mails + 1);
    expect((await usePasskeyOf(app, app.authenticator, { lies: { counter: 11 } })).status).toBe(200);
  });

  it('W4: a forged response without the key cannot make a counter appear to decrease', async () => {
    const app = await begin();
    const mails = notices(app);
    await usePasskeyOf(app, app.authenticator, { lies: { counter: 1, forged: true } });
    expect([reasonsOf(app), notices(app)]).toEqual([[{ reason: 'not-verified' }], mails]);
  });

  it('W4: an authenticator without a counter is accepted', async () => {
    const app = await begin({}, { counts: false });
    for (let count = 0; count < 3; count += 1) expect((await usePasskeyOf(app, app.authenticator)).status).toBe(200);
  });

  it('requires what every login requires: a verified address if configured, and the hook', async () => {
    const app = await begin();
    const { auth } = createTestApp({ ...app.config, registration: { requireVerifiedEmail: true } });
    const { authenticationToken, options } = await auth.api.beginPasskeyAuthentication({});
    const answer = auth.api.authenticatePasskey({ authenticationToken, credential: app.authenticator.get(options) });
    await expect(answer).rejects.toMatchObject({ code: 'EMAIL_NOT_VERIFIED' });
  });

  it('L6: a device that sends its token is not reported as new', async () => {
    const app = await begin();
    const { deviceToken } = (await usePasskeyOf(app, app.authenticator)).body.data;
    const again = await usePasskeyOf(app, app.authenticator, { deviceToken });
    expect(app.emitted.filter(({ type }) => type === 'login.succeeded').map(({ detail }) => detail)).toMatchObject([{}, { newDevice: true }, { newDevice: false }]);
    expect(again.status).toBe(200);
  });
});

describe('completing a challenge by a passkey', () => {
  it('completes it once, and the session records both methods', async () => {
    const app = await begin();
    await enableTwoFactor(app, app.ada.accessToken);
    const { challengeToken, methods } = (await app.post('/login', { email: app.ada.email, password: PASSWORD })).body.data;
    expect(methods).toEqual(['totp', 'passkey']);
    const reply = await usePasskeyOf(app, app.authenticator, { token: challengeToken });
    expect(reply.body.data.auth).toEqual({ hasAccessToken: true, enable: true, status: 'FULL_AUTH', verified: true });
    expect((await app.auth.verifyAccessToken(reply.body.data.accessToken)).amr).toEqual(['pwd', 'swk', 'user', 'mfa']);
    expect((await usePasskeyOf(app, app.authenticator, { token: challengeToken })).body.code).toBe('INVALID_TOKEN');
  });

  it('refuses a passkey of another account, without using up the challenge', async () => {
    const app = await begin();
    await enableTwoFactor(app, app.ada.accessToken);
    const eve = await loginAs(app.auth, { email: 'eve@example.com' });
    const { authenticator } = await registerPasskeyOf(app, eve);
    const { challengeToken } = (await app.post('/login', { email: app.ada.email, password: PASSWORD })).body.data;
    expect((await usePasskeyOf(app, authenticator, { token: challengeToken })).body.code).toBe('INVALID_PASSKEY');
    expect(reasonsOf(app)).toEqual([{ reason: 'other-account' }]);
    expect((await usePasskeyOf(app, app.authenticator, { token: challengeToken })).status).toBe(200);
  });

  it('M4: ends a pause of second-factor checks, since it cannot be guessed', async () => {
    const app = await begin();
    await enableTwoFactor(app, app.ada.accessToken);
    const { challengeToken } = (await app.post('/login', { email: app.ada.email, password: PASSWORD })).body.data;
    for (let count = 0; count < 5; count += 1) await app.post('/2fa/verify', { token: '000000', challengeToken });
    expect((await app.post('/2fa/verify', { token: '000000', challengeToken })).status).toBe(429);
    expect((await usePasskeyOf(app, app.authenticator, { token: challengeToken })).status).toBe(200);
    const next = (await app.post('/login', { email: app.ada.email, password: PASSWORD })).body.data.challengeToken;
    expect((await app.post('/2fa/verify', { token: '000000', challengeToken: next })).status).toBe(400);
  });
});

describe('stepping a session up by a passkey', () => {
  it('makes the session recent at aal 2, and rotates its refresh token', async () => {
    const app = await begin();
    await app.clock.advance(10 * MINUTE_MS);
    const { accessToken } = (await app.post('/refresh-token', { refreshToken: app.ada.refreshToken })).body.data;
    expect((await app.get('/me/export', accessToken)).body.code).toBe('STEP_UP_REQUIRED');
    const reply = await usePasskeyOf(app, app.authenticator, { token: accessToken });
    const claims = await app.auth.verifyAccessToken(reply.body.data.accessToken);
    expect(claims).toMatchObject({ sid: app.ada.sessionId, acr: 'aal2', amr: ['pwd', 'swk', 'user', 'mfa'] });
    expect((await app.get('/me/export', reply.body.data.accessToken)).status).toBe(200);
    expect(reply.body.data.deviceToken).toBeUndefined();
  });

  it('refuses a passkey of another account', async () => {
    const app = await begin();
    const eve = await loginAs(app.auth, { email: 'eve@example.com' });
    const { authenticator } = await registerPasskeyOf(app, eve);
    expect((await usePasskeyOf(app, authenticator, { token: app.ada.accessToken })).body.code).toBe('INVALID_PASSKEY');
    expect((await app.store.sessions.find(app.ada.sessionId))?.aal).toBe(1);
  });

  it('an expired access token does not prevent a login', async () => {
    const app = await begin();
    await app.post('/logout', {}, app.ada.accessToken);
    const reply = await usePasskeyOf(app, app.authenticator, { token: app.ada.accessToken });
    expect(reply.status).toBe(200);
    expect((await app.auth.verifyAccessToken(reply.body.data.accessToken)).sid).not.toBe(app.ada.sessionId);
  });
});

describe('a policy that requires a second factor', () => {
  const required = { twoFactor: { required: 'everyone' } } as const;

  it('is met by a session in which a passkey was used', async () => {
    const app = await begin(required);
    expect((await app.get('/sessions', app.ada.accessToken)).body.code).toBe('TWO_FACTOR_SETUP_REQUIRED');
    const { accessToken } = (await usePasskeyOf(app, app.authenticator)).body.data;
    expect((await app.get('/sessions', accessToken)).status).toBe(200);
    const stepped = (await usePasskeyOf(app, app.authenticator, { token: app.ada.accessToken })).body.data;
    expect(stepped.auth.status).toBe('FULL_AUTH');
    expect((await app.get('/sessions', stepped.accessToken)).status).toBe(200);
  });

  it('L4: is not met by a factor or passkey that was added with a stolen password', async () => {
    const app = await begin(required);
    const stolen = (await app.post('/login', { email: app.ada.email, password: PASSWORD })).body.data;
    expect(stolen.auth.status).toBe('NEEDS_SETUP');
    for (const path of ['/2fa/setup', '/passkeys/registration/options']) {
      expect((await app.post(path, {}, stolen.accessToken)).body).toMatchObject({ code: 'STEP_UP_REQUIRED', meta: { requires: 'SECOND_FACTOR' } });
    }
    const { accessToken } = (await usePasskeyOf(app, app.authenticator, { token: stolen.accessToken })).body.data;
    expect((await app.post('/2fa/setup', {}, accessToken)).status).toBe(200);
  });
});
