import { describe, expect, it } from 'vitest';
import { AuthError } from '../../errors.js';
import { createTestApp } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';

const BY_LDAP = { amr: ['ldap'] } as const;

describe('auth.startSession', () => {
  it('begins a session for an application that states how the user was authenticated', async () => {
    const { auth, emitted } = createTestApp();
    const { userId } = await loginAs(auth);
    const login = await auth.startSession(userId, BY_LDAP, { ip: '192.0.2.1' });
    if (!('accessToken' in login)) throw new Error('no session');
    expect(await auth.verifyAccessToken(login.accessToken)).toMatchObject({ sub: userId, amr: ['ldap'], acr: 'aal1' });
    expect((await auth.api.refresh({ refreshToken: login.refreshToken })).auth.status).toBe('BASIC_AUTH');
    expect(emitted.at(-1)).toMatchObject({ type: 'session.refreshed' });
    expect(emitted.filter(({ type }) => type === 'login.succeeded').at(-1)).toMatchObject({ ip: '192.0.2.1', detail: { amr: 'ldap' } });
  });

  it('L4: asks for the second factor unless the application has checked one', async () => {
    const { auth, clock } = createTestApp();
    const { userId, accessToken } = await loginAs(auth);
    const setUp = await auth.api.setUpTwoFactor({}, { accessToken });
    await auth.api.enableTwoFactor({ token: totp('secret' in setUp ? setUp.secret : '', clock) }, { accessToken });
    expect(await auth.startSession(userId, BY_LDAP)).toMatchObject({ methods: ['totp'] });
    expect(await auth.startSession(userId, { amr: ['hwk', 'pin'], aal: 2 })).toMatchObject({ auth: { status: 'FULL_AUTH' } });
  });

  it('recognizes a device by its token', async () => {
    const { auth, emitted } = createTestApp();
    const { userId, deviceToken } = await loginAs(auth);
    await auth.startSession(userId, BY_LDAP, { deviceToken });
    await auth.startSession(userId, BY_LDAP);
    const logins = emitted.filter((event) => event.type === 'login.succeeded').map(({ detail }) => detail);
    expect(logins.slice(-2)).toMatchObject([{ newDevice: false }, { newDevice: true }]);
  });

  it('refuses unknown and disabled users, and users whom the hook refuses', async () => {
    const vetoes = { on: false };
    const beforeLogin = () => (vetoes.on ? Promise.reject(new AuthError('FORBIDDEN')) : Promise.resolve());
    const { auth } = createTestApp({ hooks: { beforeLogin } });
    const admin = await loginAs(auth, { email: 'root@example.com', role: 'admin' });
    const ada = await loginAs(auth);
    await expect(auth.startSession('nobody', BY_LDAP)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    vetoes.on = true;
    await expect(auth.startSession(ada.userId, BY_LDAP)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    vetoes.on = false;
    await auth.api.updateUser({ id: ada.userId, disabled: true }, { accessToken: admin.accessToken });
    await expect(auth.startSession(ada.userId, BY_LDAP)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it.each([[[]], [['Not a name']], [Array(9).fill('pwd')]])('refuses %j as methods', async (amr) => {
    const { auth } = createTestApp();
    await expect(auth.startSession('nobody', { amr })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});
