import { describe, expect, it } from 'vitest';
import { createAuth } from '../../create-auth.js';
import { anIdentity } from '../../test-kit/fake-provider.js';
import { createProviderTestApp } from '../../test-kit/provider-test-app.js';
import type { Browser } from '../../test-kit/provider-test-app.js';
import type { ProviderIdentity } from '../../ports/provider.js';
import { loginAs } from '../../testing/login-as.js';

const HOUR_MS = 3_600_000;
const TOKENS = { access_token: 'CANARY-access', refresh_token: 'CANARY-refresh', id_token: 'CANARY-id', token_type: 'bearer', scope: 'openid calendar', expires_in: 3_600 };
const aBrowser = (): Browser => ({ cookie: undefined });

async function withTokens() {
  const app = createProviderTestApp();
  const { accessToken, userId } = (await app.logIn(aBrowser(), anIdentity({ tokens: TOKENS }))).body.data;
  const [identity] = await app.store.identities.list(userId);
  const link = async (more: ProviderIdentity): Promise<unknown> => app.comeBack(aBrowser(), more, { body: { link: true }, token: accessToken });
  return { ...app, accessToken, userId, identityId: identity?.id ?? '', link };
}

describe('the tokens of a provider', () => {
  it('X4: are returned to the application, with the time when they expire', async () => {
    const { auth, clock, userId, identityId } = await withTokens();
    const expiresAt = new Date(clock.now() + HOUR_MS).toISOString();
    await clock.advance(2 * HOUR_MS);
    expect(await auth.providerTokens(userId, 'fake')).toEqual({
      identityId, accessToken: 'CANARY-access', refreshToken: 'CANARY-refresh', idToken: 'CANARY-id', tokenType: 'bearer', scope: 'openid calendar', expiresAt,
    });
  });

  it('are null if the provider returns none, and for a user without an identity there', async () => {
    const { auth, logIn } = createProviderTestApp();
    const { userId } = (await logIn(aBrowser())).body.data;
    expect(await auth.providerTokens(userId, 'fake')).toBeNull();
    expect(await auth.providerTokens('nobody', 'fake')).toBeNull();
    for (const id of ['google', '__proto__']) await expect(auth.providerTokens(userId, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('X4: are replaced at each login, except a refresh token that the provider issues only once', async () => {
    const { auth, logIn, userId } = await withTokens();
    await logIn(aBrowser(), anIdentity({ tokens: { access_token: 'CANARY-second' } }));
    expect(await auth.providerTokens(userId, 'fake')).toMatchObject({ accessToken: 'CANARY-second', refreshToken: 'CANARY-refresh', idToken: null, expiresAt: null });
    await logIn(aBrowser(), anIdentity({ tokens: { access_token: 'CANARY-third', refresh_token: 'CANARY-next' } }));
    expect(await auth.providerTokens(userId, 'fake')).toMatchObject({ accessToken: 'CANARY-third', refreshToken: 'CANARY-next' });
    await logIn(aBrowser());
    expect(await auth.providerTokens(userId, 'fake')).toBeNull();
  });

  it('are those of the last used identity, if there are two at one provider', async () => {
    const { auth, link, userId, clock, logIn } = await withTokens();
    await clock.advance(1_000);
    await link(anIdentity({ subject: 'another subject', email: 'other@example.com', tokens: { access_token: 'CANARY-other' } }));
    expect(await auth.providerTokens(userId, 'fake')).toMatchObject({ accessToken: 'CANARY-other', refreshToken: null });
    await clock.advance(1_000);
    await logIn(aBrowser(), anIdentity({ tokens: TOKENS }));
    expect(await auth.providerTokens(userId, 'fake')).toMatchObject({ accessToken: 'CANARY-access' });
  });

  it('M10: cause a server fault if their secret is missing, but a login works', async () => {
    const { config, userId, log, logIn, provider } = await withTokens();
    const secret = 'another secret than the one that sealed the tokens';
    const other = createAuth({ ...config, secret });
    await expect(other.providerTokens(userId, 'fake')).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(log).toContainEqual({ level: 'error', message: expect.stringContaining('tokens of an external provider cannot be opened'), fields: { userId } });
    expect(provider.answers.length).toBe(1);
    const renewed = createProviderTestApp({ secret, store: config.store, clock: config.clock });
    await renewed.logIn(aBrowser(), anIdentity({ tokens: { access_token: 'CANARY-new' } }));
    expect(await renewed.auth.providerTokens(userId, 'fake')).toMatchObject({ accessToken: 'CANARY-new', refreshToken: null });
    await logIn(aBrowser(), anIdentity({ tokens: TOKENS }));
  });

  it('X4: cannot be opened if their row was copied to another identity', async () => {
    const { auth, store, userId, logIn, clock } = await withTokens();
    const [row] = await store.identities.list(userId);
    const eve = (await logIn(aBrowser(), anIdentity({ subject: 'eve', email: 'eve@example.com', tokens: { access_token: 'CANARY-eve' } }))).body.data;
    const [own] = await store.identities.list(eve.userId);
    await store.identities.recordUse(own?.id ?? '', { at: clock.now(), email: null, sealedTokens: row?.sealedTokens ?? null });
    await expect(auth.providerTokens(eve.userId, 'fake')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('X4, G2: are returned by no route, are in plain text in no row, event or log line, and are removed with the identity', async () => {
    const { auth, get, del, link, store, emitted, log, accessToken, userId, identityId } = await withTokens();
    const told = [];
    for (const path of ['/me', '/me/export', '/identities', '/sessions', '/devices', `/users/${userId}`, `/users/${userId}/events`]) told.push((await get(path, accessToken)).text);
    expect(JSON.stringify([told, store.dump(), emitted, log])).not.toContain('CANARY');
    expect(told.join('')).toContain('"keepsTokens":true');
    await link(anIdentity({ subject: 'another subject' }));
    expect((await del(`/identities/${identityId}`, accessToken)).status).toBe(204);
    expect(await auth.providerTokens(userId, 'fake')).toBeNull();
  });

  it('X4: are removed with the account', async () => {
    const { auth, store, userId } = await withTokens();
    const admin = await loginAs(auth, { email: 'admin@example.com', role: 'admin' });
    await auth.api.removeUser({ id: userId }, { accessToken: admin.accessToken });
    expect(store.dump()['identities']).toEqual([]);
    expect(await auth.providerTokens(userId, 'fake')).toBeNull();
  });
});
