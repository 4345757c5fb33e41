import { describe, expect, it } from 'vitest';
import { AuthError } from '../../errors.js';
import { createMailTestApp } from '../../test-kit/mail-test-app.js';
import type { MailTestAppOptions } from '../../test-kit/mail-test-app.js';
import { PASSWORD } from '../../test-kit/test-app.js';

const DAY_MS = 24 * 60 * 60_000;

async function registered(options: MailTestAppOptions = {}) {
  const app = createMailTestApp(options);
  const register = (name: string) => app.post('/register', { email: `${name}@example.com`, username: name, password: PASSWORD, name });
  for (const name of ['unused', 'verified', 'logged-in']) {
    await register(name);
    const token = await app.tokenOf('email-verification');
    if (name === 'verified') await app.post('/email/verify', { token });
    if (name === 'logged-in') await app.post('/login', { username: name, password: PASSWORD });
  }
  return { ...app, register, left: async () => (await app.store.users.list({ filter: {}, limit: 10 })).map(({ name }) => name) };
}

describe('registration.unverifiedTtl', () => {
  it('removes accounts that were never verified or used, and frees their address and username', async () => {
    const { auth, clock, left, register, store, emitted } = await registered({ registration: { unverifiedTtl: '30d' } });
    clock.set(clock.now() + 30 * DAY_MS);
    await auth.maintain();
    expect(await left()).toEqual(['logged-in', 'verified', 'unused']);
    clock.set(clock.now() + 1);
    await auth.maintain();
    expect(await left()).toEqual(['logged-in', 'verified']);
    expect(emitted.at(-1)).toMatchObject({ type: 'account.removed', actorId: null });
    expect(JSON.stringify(store.dump())).not.toContain('unused@example.com');
    expect((await register('unused')).status).toBe(201);
  });

  it('is off unless it is set', async () => {
    const { auth, clock, left } = await registered();
    clock.set(clock.now() + 1_000 * DAY_MS);
    await auth.maintain();
    expect(await left()).toHaveLength(3);
  });

  it('keeps an account while a link to it is valid, or if a hook keeps it', async () => {
    const keeper = { beforeRemoval: () => Promise.reject(new AuthError('FORBIDDEN')) };
    for (const options of [{ recovery: { verificationTtl: '60d' } }, { hooks: keeper }] as const) {
      const { auth, clock, left } = await registered({ registration: { unverifiedTtl: '30d' }, ...options });
      clock.set(clock.now() + 31 * DAY_MS);
      await auth.maintain();
      expect(await left()).toHaveLength(3);
    }
  });
});
