import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { BeforeRegister, HookOptions } from '../hooks/options.js';
import { anIdentity } from '../../test-kit/fake-provider.js';
import { createProviderTestApp } from '../../test-kit/provider-test-app.js';
import type { ProviderTestApp } from '../../test-kit/provider-test-app.js';
import type { MailTestAppOptions } from '../../test-kit/mail-test-app.js';

const EMAIL = 'new@example.com';
const WAYS = {
  async 'by email'({ post, tokenOf }) {
    await post('/login/email', { email: EMAIL });
    return post('/login/email/verify', { token: await tokenOf('email-login') });
  },
  'with a provider': async ({ logIn }) => logIn({ cookie: undefined }, anIdentity({ email: EMAIL, name: 'new' })),
} satisfies Record<string, (app: ProviderTestApp) => ReturnType<ProviderTestApp['post']>>;

const PROFILES: readonly (readonly [string, MailTestAppOptions])[] = [
  ['without a profile schema', {}],
  ['with a profile schema', { profile: v.object({ company: v.string() }) }],
];

describe.each(Object.entries(WAYS))('a sign-up without a password, %s', (_way, signUp) => {
  it.each(PROFILES)('calls the hook with the account as it will be, %s', async (_name, options) => {
    const asked: BeforeRegister[] = [];
    const hooks: HookOptions = { beforeRegister: (attempt) => void asked.push(attempt) };
    const app = createProviderTestApp({ ...options, emailLogin: { signUp: true }, hooks });
    const { status, body } = await signUp(app);
    expect(status).toBe(200);
    const { user } = (await app.get('/me', body.data.accessToken)).body.data;
    const { email, name, username, role, profile } = user;
    expect(asked.map(({ caller: _, ...about }) => about)).toStrictEqual([{ email, name, username, role, profile }]);
    expect(user).toMatchObject({ email: EMAIL, name: 'new', username: null, role: 'user', emailVerified: true });
  });

  it('that the hook refuses creates no account, and records an event', async () => {
    const hooks: HookOptions = { beforeRegister: () => Promise.reject(new Error('no')) };
    const app = createProviderTestApp({ emailLogin: { signUp: true }, hooks });
    await signUp(app).catch(() => undefined);
    expect(app.store.dump()['users']).toEqual([]);
    expect(app.emitted.map(({ type }) => type)).toContain('account.registration-refused');
  });
});
