import { describe, expect, it, vi } from 'vitest';
import { CANARY_ORIGIN, registerPasskeyOf, tryToRegister } from '../../test-kit/passkeys.js';
import { softAuthenticator } from '../../testing/soft-authenticator.js';
import type { Lies, PasskeyAlgorithm } from '../../testing/soft-authenticator.js';
import { createTestApp, PASSWORD } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';
import { MAX_PASSKEYS } from './passkeys-of.js';

const MINUTE_MS = 60_000;

async function begin() {
  const app = createTestApp();
  const ada = await loginAs(app.auth);
  return { ...app, ada, authenticator: softAuthenticator() };
}

const reasonsOf = (emitted: ReturnType<typeof createTestApp>['emitted']): unknown[] =>
  emitted.filter(({ type }) => type === 'passkey.registration-refused').map(({ detail }) => detail);

describe('registering a passkey', () => {
  it('W2: options require a discoverable passkey with user verification, and exclude the account’s own', async () => {
    const { post, ada, ...app } = await begin();
    const { passkey } = await registerPasskeyOf({ post }, ada);
    const { body } = await post('/passkeys/registration/options', {}, ada.accessToken);
    expect(body.data.options).toMatchObject({
      rp: { id: 'example.com', name: 'Sallyport' },
      user: { name: ada.email },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      excludeCredentials: [{ type: 'public-key', id: passkey.credentialId, transports: ['internal', 'hybrid'] }],
    });
    expect(body.data.options.pubKeyCredParams.map(({ alg }) => alg)).toEqual(expect.arrayContaining([-7, -8, -257]));
    const { user } = body.data.options;
    expect(JSON.stringify(app.store.dump()['users'])).not.toContain(user.id);
    expect(Buffer.from(user.id, 'base64url')).toHaveLength(32);
  });

  it.each<PasskeyAlgorithm>(['ES256', 'EdDSA', 'RS256'])('takes %s, keeps what the authenticator said, and tells the owner', async (algorithm) => {
    const { post, ada, store, emitted } = await begin();
    const authenticator = softAuthenticator({ algorithm, aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d' });
    const reply = await tryToRegister({ post }, { token: ada.accessToken, authenticator, lies: { also: ['be', 'bs'] } });
    expect(reply.status).toBe(201);
    expect(reply.body.data.passkey).toMatchObject({ name: '1Password', backedUp: true, transports: ['internal', 'hybrid'], lastUsedAt: null });
    expect(await store.passkeys.list(ada.userId)).toMatchObject([{ credentialId: authenticator.credentialId(), counter: 1 }]);
    expect(emitted).toContainEqual(expect.objectContaining({ type: 'passkey.registered', userId: ada.userId, detail: { passkeyId: reply.body.data.passkey.id } }));
    expect(store.dump()['outbox']).toContainEqual(expect.objectContaining({ userId: ada.userId, kind: 'security-notice' }));
  });

  it('all passkeys of an account share one user handle, which differs between accounts', async () => {
    const { ada, store, ...app } = await begin();
    const bob = await loginAs(app.auth, { email: 'bob@example.com' });
    for (const owner of [ada, ada, bob]) await registerPasskeyOf(app, owner);
    const [first, second] = await store.passkeys.list(ada.userId);
    const [other] = await store.passkeys.list(bob.userId);
    expect(second?.userHandle).toBe(first?.userHandle);
    expect(other?.userHandle).not.toBe(first?.userHandle);
  });

  it('takes its name from the caller, the authenticator or the browser, in that order', async () => {
    const { send, post, ada } = await begin();
    const named = await tryToRegister({ post }, { token: ada.accessToken, authenticator: softAuthenticator(), name: ' Key ring ' });
    expect(named.body.data.passkey.name).toBe('Key ring');
    const { registrationToken, options } = (await post('/passkeys/registration/options', {}, ada.accessToken)).body.data;
    const body = { registrationToken, credential: softAuthenticator().create(options) };
    const headers = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0', authorization: `Bearer ${ada.accessToken}`, 'content-type': 'application/json' };
    const reply = await send({ method: 'POST', path: '/passkeys/registration', body, headers });
    expect(reply.body.data.passkey.name).toBe('Firefox on Windows');
    expect((await registerPasskeyOf({ post }, ada)).passkey.name).toBe('Passkey');
  });

  it('W1: a challenge is used once, even by two concurrent responses', async () => {
    const { post, ada, store, emitted, authenticator } = await begin();
    const { registrationToken, options } = (await post('/passkeys/registration/options', {}, ada.accessToken)).body.data;
    const first = { registrationToken, credential: authenticator.create(options) };
    const second = { registrationToken, credential: softAuthenticator().create(options) };
    const replies = await Promise.all([first, second, first].map(async (body) => post('/passkeys/registration', body, ada.accessToken)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await store.passkeys.list(ada.userId)).toHaveLength(1);
    expect(reasonsOf(emitted)).toEqual([{ reason: 'used' }, { reason: 'used' }]);
  });

  it('W1: a challenge expires after five minutes, and is valid for its session and kind only', async () => {
    const { post, auth, ada, clock, emitted, authenticator } = await begin();
    const again = await auth.api.login({ email: ada.email, password: PASSWORD });
    const otherSession = 'accessToken' in again ? again.accessToken : '';
    const { registrationToken, options } = (await post('/passkeys/registration/options', {}, ada.accessToken)).body.data;
    const credential = authenticator.create(options);
    const { authenticationToken } = (await post('/passkeys/authentication/options', {})).body.data;
    const swapped = await post('/passkeys/registration', { registrationToken: authenticationToken, credential }, ada.accessToken);
    const elsewhere = await post('/passkeys/registration', { registrationToken, credential }, otherSession);
    await clock.advance(5 * MINUTE_MS);
    const late = await post('/passkeys/registration', { registrationToken, credential }, ada.accessToken);
    for (const reply of [swapped, elsewhere, late]) expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_PASSKEY']);
    expect(reasonsOf(emitted)).toEqual(Array.from({ length: 3 }, () => ({ reason: 'expired' })));
  });

  const lies: readonly (readonly [string, Lies, string])[] = [
    ['a page of another origin', { origin: CANARY_ORIGIN }, 'other-origin'],
    ['a page of a sub-domain that is not configured', { origin: 'https://evil.example.com' }, 'other-origin'],
    ['a frame on another page', { crossOrigin: true }, 'other-origin'],
    ['another relying party', { rpId: 'evil.example' }, 'not-verified'],
    ['no user presence', { without: ['up'] }, 'not-verified'],
    ['no user verification', { without: ['uv'] }, 'not-verified'],
    ['a copy of a passkey that cannot be copied', { also: ['bs'] }, 'not-verified'],
    ['another challenge', { challenge: 'AAAA' }, 'not-verified'],
    ['an answer to another question', { type: 'webauthn.get' }, 'not-verified'],
    ['an id that it did not make', { id: 'b3RoZXI' }, 'not-verified'],
    ['no credential', { without: ['at'] }, 'not-verified'],
  ];
  it.each(lies)('W2: refuses %s', async (_, told, reason) => {
    const { post, ada, store, emitted, log, authenticator } = await begin();
    const reply = await tryToRegister({ post }, { token: ada.accessToken, authenticator, lies: told });
    expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_PASSKEY']);
    expect(await store.passkeys.list(ada.userId)).toEqual([]);
    expect(reasonsOf(emitted)).toEqual([{ reason }]);
    expect(JSON.stringify([log, emitted, reply.body])).not.toContain(CANARY_ORIGIN);
  });

  it('W2: ignores attestation: a certificate of the caller never causes a request', async () => {
    const { post, ada, authenticator } = await begin();
    const fetched = vi.spyOn(globalThis, 'fetch');
    for (const format of ['packed', 'apple', 'tpm', 'android-key', 'made-up']) {
      const statement = new Map<string, string | Uint8Array>([['sig', Buffer.from('none')], ['x5c', 'no certificates']]);
      const reply = await tryToRegister({ post }, { token: ada.accessToken, authenticator, lies: { format, statement } });
      expect(reply.status).toBe(201);
    }
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  it('W3: an existing credential id is refused, for its owner and others, even concurrently', async () => {
    const { post, auth, ada, store, emitted } = await begin();
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    const credentialId = Buffer.from('the id of a credential');
    const replies = await Promise.all(
      [ada, bob, ada].map(async ({ accessToken: token }) => tryToRegister({ post }, { token, authenticator: softAuthenticator(), lies: { credentialId } })),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect([...(await store.passkeys.list(ada.userId)), ...(await store.passkeys.list(bob.userId))]).toHaveLength(1);
    expect(reasonsOf(emitted)).toEqual([{ reason: 'exists' }, { reason: 'exists' }]);
  });

  it('W6: begins only in a recent session at the account’s level', async () => {
    const { post, auth, ada, clock } = await begin();
    const setUp = await auth.api.setUpTwoFactor({}, { accessToken: ada.accessToken });
    const secret = 'secret' in setUp ? setUp.secret : '';
    const { registrationToken, options } = (await post('/passkeys/registration/options', {}, ada.accessToken)).body.data;
    await auth.api.enableTwoFactor({ token: totp(secret, clock) }, { accessToken: ada.accessToken });
    const refused = await post('/passkeys/registration/options', {}, ada.accessToken);
    expect(refused.body).toMatchObject({ code: 'STEP_UP_REQUIRED', meta: { requires: 'SECOND_FACTOR' } });
    // A registration that began before two-factor was on must not bypass it.
    const body = { registrationToken, credential: softAuthenticator().create(options) };
    expect((await post('/passkeys/registration', body, ada.accessToken)).body.code).toBe('STEP_UP_REQUIRED');
    await clock.advance(5 * MINUTE_MS);
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    await clock.advance(5 * MINUTE_MS);
    expect((await post('/passkeys/registration/options', {}, bob.accessToken)).body).toMatchObject({ code: 'STEP_UP_REQUIRED', meta: { requires: 'PASSWORD' } });
  });

  it('R1: voids links that were mailed earlier', async () => {
    const { post, ada, store } = await begin();
    await post('/password/request', { email: ada.email });
    await registerPasskeyOf({ post }, ada);
    const tokens = await store.oneTimeTokens.list(ada.userId);
    expect(tokens.map(({ consumedAt }) => consumedAt)).not.toContain(null);
  });

  it('Z4: an account has a limited number of passkeys', async () => {
    const { post, ada, store } = await begin();
    const { passkey } = await registerPasskeyOf({ post }, ada);
    const [record] = await store.passkeys.list(ada.userId);
    if (record === undefined) throw new Error('not registered');
    for (let count = 1; count < MAX_PASSKEYS - 1; count += 1) {
      await store.passkeys.insert({ ...record, id: `${passkey.id}${count}`, credentialId: `credential${count}` }, MAX_PASSKEYS);
    }
    const { registrationToken, options } = (await post('/passkeys/registration/options', {}, ada.accessToken)).body.data;
    await registerPasskeyOf({ post }, ada);
    const body = { registrationToken, credential: softAuthenticator().create(options) };
    expect((await post('/passkeys/registration', body, ada.accessToken)).body.code).toBe('INVALID_PASSKEY');
    expect((await post('/passkeys/registration/options', {}, ada.accessToken)).body.code).toBe('FORBIDDEN');
  });
});
