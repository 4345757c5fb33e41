import { describe, expect, it } from 'vitest';
import { anIdentity } from '../../test-kit/fake-provider.js';
import { ADA, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { createProviderTestApp } from '../../test-kit/provider-test-app.js';
import type { Browser } from '../../test-kit/provider-test-app.js';
import { PASSWORD, stateOf } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';

const aBrowser = (): Browser => ({ cookie: undefined });
const WORK = anIdentity({ subject: 'subject at work', email: 'ada@work.example' });

describe('linking from a session', () => {
  it('X2: links the identity regardless of its address, and notifies the owner', async () => {
    const { comeBack, auth, get, mail, logIn, emitted } = createProviderTestApp();
    const ada = await loginAs(auth, { email: ADA });
    const fragment = await comeBack(aBrowser(), WORK, { token: ada.accessToken, body: { link: true } });
    expect([...fragment]).toEqual([['linked', 'fake']]);
    const { identities } = (await get('/identities', ada.accessToken)).body.data;
    expect(identities).toMatchObject([{ provider: 'fake', email: 'ada@work.example' }]);
    expect(Object.keys(identities[0] ?? {}).toSorted()).toEqual(['email', 'id', 'lastUsedAt', 'linkedAt', 'provider']);
    expect((await mail.next('security-notice')).data['notice']).toBe('identity-linked');
    expect(emitted.at(-1)).toMatchObject({ type: 'identity.linked', userId: ada.userId, detail: { provider: 'fake', by: 'session' } });
    expect((await logIn(aBrowser(), WORK)).body.data).toMatchObject({ userId: ada.userId, isNewUser: false });
  });

  it('X2: linking twice changes nothing, and another account’s identity is not moved', async () => {
    const { comeBack, auth, store } = createProviderTestApp();
    const ada = await loginAs(auth, { email: ADA });
    const bob = await loginAs(auth, { email: 'bob@example.com' });
    for (let n = 0; n < 2; n += 1) {
      expect((await comeBack(aBrowser(), WORK, { token: ada.accessToken, body: { link: true } })).has('linked')).toBe(true);
    }
    expect((await comeBack(aBrowser(), WORK, { token: bob.accessToken, body: { link: true } })).get('error')).toBe('IDENTITY_TAKEN');
    expect(await store.identities.list(ada.userId)).toHaveLength(1);
    expect(await store.identities.list(bob.userId)).toHaveLength(0);
  });

  it('X2: does not happen at a login, even during a session', async () => {
    const { comeBack, auth, store } = createProviderTestApp();
    const ada = await loginAs(auth, { email: ADA });
    expect((await comeBack(aBrowser(), WORK, { token: ada.accessToken })).has('code')).toBe(true);
    expect(await store.identities.list(ada.userId)).toHaveLength(0);
  });

  it('requires a live and recent session', async () => {
    const { start, auth, clock } = createProviderTestApp();
    const { accessToken: token } = await loginAs(auth, { email: ADA });
    const body = { link: true };
    expect((await start(aBrowser(), { body })).body.code).toBe('UNAUTHENTICATED');
    expect((await start(aBrowser(), { body, token: 'garbage' })).body.code).toBe('INVALID_TOKEN');
    await clock.advance(5 * 60_000 + 1);
    expect((await start(aBrowser(), { body, token })).body).toMatchObject({ code: 'STEP_UP_REQUIRED', meta: { requires: 'PASSWORD' } });
  });

  it('X2, S9: links nothing once the session has ended or a credential has changed', async () => {
    const ends = [
      async ({ post }: ReturnType<typeof createProviderTestApp>, accessToken: string) => post('/logout', {}, accessToken),
      async ({ post }: ReturnType<typeof createProviderTestApp>, accessToken: string) =>
        post('/password/change', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, accessToken),
    ];
    for (const end of ends) {
      const world = createProviderTestApp();
      const { accessToken: token, userId } = await loginAs(world.auth, { email: ADA });
      const browser = aBrowser();
      const { body } = await world.start(browser, { token, body: { link: true } });
      await end(world, token);
      const reply = await world.callback(browser, world.provider.approve(body.data.url, WORK));
      expect(reply.headers['Location']).toContain('error=INVALID_LOGIN_TOKEN');
      expect(await world.store.identities.list(userId)).toEqual([]);
    }
  });

  it('R1: voids links that were mailed earlier, since the account has a new way to log in', async () => {
    const { comeBack, auth, store, post } = createProviderTestApp();
    const { accessToken: token, userId } = await loginAs(auth, { email: ADA });
    await post('/password/request', { email: ADA });
    await comeBack(aBrowser(), WORK, { token, body: { link: true } });
    const tokens = await store.oneTimeTokens.list(userId);
    expect(tokens.map(({ consumedAt }) => consumedAt)).not.toContain(null);
  });

  it('allows at most twenty identities', async () => {
    const { comeBack, auth, store } = createProviderTestApp({ throttling: { enabled: false } });
    const { accessToken: token, userId } = await loginAs(auth, { email: ADA });
    for (let n = 0; n < 21; n += 1) {
      const fragment = await comeBack(aBrowser(), anIdentity({ subject: `subject ${n}` }), { token, body: { link: true } });
      expect(fragment.get('error')).toBe(n < 20 ? null : 'IDENTITY_TAKEN');
    }
    expect(await store.identities.list(userId)).toHaveLength(20);
  });
});

describe('removing an identity', () => {
  it('requires a recent session, notifies the owner, and ends logins by it', async () => {
    const { comeBack, auth, get, del, mail, clock } = createProviderTestApp();
    const { accessToken: token } = await loginAs(auth, { email: ADA });
    await comeBack(aBrowser(), WORK, { token, body: { link: true } });
    const [identity] = (await get('/identities', token)).body.data.identities;
    expect((await del(`/identities/${identity?.id}`, token)).status).toBe(204);
    expect((await mail.next('security-notice')).data['notice']).toBe('identity-linked');
    expect((await mail.next('security-notice')).data['notice']).toBe('identity-removed');
    expect((await comeBack(aBrowser(), WORK)).has('code')).toBe(true);
    expect((await del(`/identities/${identity?.id}`, token)).body.code).toBe('NOT_FOUND');
    await clock.advance(5 * 60_000 + 1);
    expect((await del(`/identities/${identity?.id}`, token)).body.code).toBe('STEP_UP_REQUIRED');
  });

  it('R1: ends pending logins by it: the exchange code, and the challenge for a second factor', async () => {
    const { comeBack, auth, exchange, get, del, post, clock } = createProviderTestApp();
    const { accessToken } = await loginAs(auth, { email: ADA });
    await comeBack(aBrowser(), WORK, { token: accessToken, body: { link: true } });
    const setUp = await auth.api.setUpTwoFactor({}, { accessToken });
    const secret = 'secret' in setUp ? setUp.secret : '';
    await auth.api.enableTwoFactor({ token: totp(secret, clock) }, { accessToken });
    await clock.advance(30_000);
    const token = (await post('/2fa/verify', { token: totp(secret, clock) }, accessToken)).body.data.accessToken;
    const [first, second] = [aBrowser(), aBrowser()];
    const challenged = await exchange(first, (await comeBack(first, WORK)).get('code') ?? '');
    const code = (await comeBack(second, WORK)).get('code') ?? '';
    const [identity] = (await get('/identities', token)).body.data.identities;
    expect((await del(`/identities/${identity?.id}`, token)).status).toBe(204);
    expect((await exchange(second, code)).body.code).toBe('INVALID_LOGIN_TOKEN');
    await clock.advance(30_000);
    const { challengeToken } = challenged.body.data;
    expect(challengeToken).toBeTypeOf('string');
    expect((await post('/2fa/verify', { token: totp(secret, clock), challengeToken })).body.code).toBe('INVALID_TOKEN');
  });

  it('Z2: answers 404 for identities of other users', async () => {
    const { logIn, auth, del, store } = createProviderTestApp();
    const { userId } = (await logIn(aBrowser())).body.data;
    const [identity] = await store.identities.list(userId);
    const { accessToken } = await loginAs(auth, { email: 'bob@example.com' });
    const before = stateOf(store);
    expect((await del(`/identities/${identity?.id}`, accessToken)).body.code).toBe('NOT_FOUND');
    expect(stateOf(store)).toEqual(before);
  });

  it('keeps the last credential, even if the last two are removed concurrently', async () => {
    const { logIn, comeBack, get, del, emitted } = createProviderTestApp();
    const { accessToken: token } = (await logIn(aBrowser())).body.data;
    const only = (await get('/identities', token)).body.data.identities[0]?.id;
    expect((await del(`/identities/${only}`, token)).body.code).toBe('LAST_CREDENTIAL');
    expect(emitted.at(-1)).toMatchObject({ type: 'identity.removal-refused', detail: { reason: 'last-credential' } });
    await comeBack(aBrowser(), WORK, { token, body: { link: true } });
    const { identities } = (await get('/identities', token)).body.data;
    const replies = await Promise.all(identities.map(({ id }) => del(`/identities/${id}`, token)));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
  });
});

describe('an account with an identity', () => {
  it('has it in its export, and is removed with it', async () => {
    const { logIn, auth, get, store } = createProviderTestApp();
    const { accessToken, userId } = (await logIn(aBrowser())).body.data;
    const exported = JSON.parse((await get('/me/export', accessToken)).text ?? '').data;
    expect(exported.identities).toMatchObject([{ provider: 'fake', issuer: 'https://provider.example', subject: 'subject of ada', email: ADA, keepsTokens: false }]);
    expect(JSON.stringify(exported)).not.toContain('sealed');
    const admin = await loginAs(auth, { email: 'admin@example.com', role: 'admin' });
    await auth.api.removeUser({ id: userId }, { accessToken: admin.accessToken });
    expect(store.dump()['identities']).toEqual([]);
  });

  it('X4: stores the provider’s tokens only if the provider returns them, and then encrypted', async () => {
    const { logIn, store } = createProviderTestApp();
    const { userId } = (await logIn(aBrowser())).body.data;
    expect((await store.identities.list(userId))[0]?.sealedTokens).toBeNull();
    await logIn(aBrowser(), anIdentity({ tokens: { access_token: 'CANARY', refresh_token: 'CANARY' } }));
    const sealed = (await store.identities.list(userId))[0]?.sealedTokens;
    expect(sealed).toMatch(/^s1\./);
    expect(JSON.stringify(store.dump())).not.toContain('CANARY');
  });
});
