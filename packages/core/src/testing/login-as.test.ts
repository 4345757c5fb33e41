import { describe, expect, it } from 'vitest';
import { createTestApp } from '../test-kit/test-app.js';
import { loginAs } from './login-as.js';

describe('loginAs', () => {
  it('logs in as any configured role, without an admin password', async () => {
    const { auth } = createTestApp({ registration: { roles: ['user', 'admin', 'editor'] } });
    const { accessToken } = await loginAs(auth, { role: 'editor' });
    expect((await auth.verifyAccessToken(accessToken)).role).toBe('editor');
  });

  it('logs in although registration is closed, or an address must be verified', async () => {
    const closed = createTestApp({ registration: { enabled: false, requireVerifiedEmail: true } });
    await expect(loginAs(closed.auth)).rejects.toMatchObject({ code: 'EMAIL_NOT_VERIFIED' });
    const { userId } = await loginAs(closed.auth, { email: 'bob@example.com', emailVerified: true });
    expect(userId).toBeTruthy();
  });

  it('creates a second session of one user if called twice', async () => {
    const { auth } = createTestApp();
    const [first, second] = [await loginAs(auth), await loginAs(auth)];
    expect(second.userId).toBe(first.userId);
    expect(second.sessionId).not.toBe(first.sessionId);
  });
});
