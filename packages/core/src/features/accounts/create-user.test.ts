import { describe, expect, it } from 'vitest';
import { createMailTestApp } from '../../test-kit/mail-test-app.js';
import { PASSWORD } from '../../test-kit/test-app.js';
import { AuthError } from '../../errors.js';

const ROOT = { email: 'Root@Example.com', password: PASSWORD, name: 'Root', role: 'admin' };

describe('auth.createUser', () => {
  it('creates an administrator even if registration is closed and there is no admin password, without calling a hook', async () => {
    const hooks = { beforeRegister: () => Promise.reject(new AuthError('FORBIDDEN')) };
    const { auth, post, emitted, mail } = createMailTestApp({ registration: { enabled: false, adminPassword: undefined }, hooks });
    const user = await auth.createUser({ ...ROOT, emailVerified: true });
    expect(user).toMatchObject({ email: 'root@example.com', role: 'admin', emailVerified: true });
    expect(emitted).toMatchObject([
      { type: 'account.registered', userId: user.id, actorId: null, ip: null, detail: { role: 'admin', by: 'operator' } },
    ]);
    expect((await post('/login', { email: 'root@example.com', password: PASSWORD })).status).toBe(200);
    await mail.settled();
    expect(mail.messages.map(({ kind }) => kind)).not.toContain('email-verification');
  });

  it('uses the default role and a verified address unless told otherwise', async () => {
    const { auth, tokenOf } = createMailTestApp();
    const { role: _, ...rest } = ROOT;
    expect(await auth.createUser(rest)).toMatchObject({ role: 'user', emailVerified: false });
    await auth.api.verifyEmail({ token: await tokenOf('email-verification') });
  });

  it('P3: refuses a weak password', async () => {
    const { auth, store } = createMailTestApp();
    const weak = auth.createUser({ ...ROOT, password: 'password' });
    await expect(weak).rejects.toMatchObject({ code: 'WEAK_PASSWORD', issues: [{ path: 'password' }] });
    expect(store.dump()['users']).toEqual([]);
  });

  it('refuses invalid input, unknown roles, and taken addresses and usernames', async () => {
    const { auth, emitted } = createMailTestApp();
    await expect(auth.createUser({ ...ROOT, email: 'root', name: '' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      issues: [{ path: 'email' }, { path: 'name' }],
    });
    await expect(auth.createUser({ ...ROOT, role: 'rot' })).rejects.toMatchObject({ issues: [{ path: 'role' }] });
    await auth.createUser({ ...ROOT, username: 'groot' });
    await expect(auth.createUser(ROOT)).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
    const other = { ...ROOT, email: 'other@example.com', username: 'groot' };
    await expect(auth.createUser(other)).rejects.toMatchObject({ code: 'USERNAME_TAKEN' });
    expect(emitted.at(-1)).toMatchObject({ type: 'account.registration-refused', detail: { reason: 'username-taken' } });
  });
});
