import { describe, expect, it } from 'vitest';
import type { AuthConfig } from '../../auth-config.js';
import { createAuth } from '../../create-auth.js';
import { ConfigError } from '../../errors.js';
import { createMailTestApp, NEW_PASSWORD } from '../../test-kit/mail-test-app.js';
import { fakeProvider } from '../../test-kit/fake-provider.js';
import { describeStoreContract } from '../../testing/contract/describe-store-contract.js';
import { loginAs } from '../../testing/login-as.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import type { MemoryStore } from '../../testing/memory/memory-store.js';
import { OPTIONAL_PARTS } from './partial-store.js';
import type { OptionalPart } from './partial-store.js';

function without<T extends object>(parts: readonly OptionalPart[], methods: T): T {
  const rest = { ...methods };
  for (const part of parts) Reflect.deleteProperty(rest, part);
  return rest;
}

/** A store that lacks these parts, also in transactions. */
function storeWithout(...parts: readonly OptionalPart[]): MemoryStore {
  const store = createMemoryStore();
  return { ...without(parts, store), transaction: async (work) => store.transaction(async (tx) => work(without(parts, tx))) };
}

const secret = 'a secret of at least thirty-two bytes';

function faultsOf(options: Partial<AuthConfig>): readonly string[] {
  try {
    createAuth({ secret, store: storeWithout(...OPTIONAL_PARTS), logger: false, maintenance: false, delivery: false, ...options });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describeStoreContract('a store without optional parts', async () => storeWithout(...OPTIONAL_PARTS), { describe, it }, { lacks: OPTIONAL_PARTS });
describeStoreContract('a store without identities', async () => storeWithout('identities'), { describe, it }, { lacks: ['identities'] });

describe('the contract of a store', () => {
  /** The titles of the tests, and of those that fail. */
  async function titlesOf(...[name, open, , options]: Parameters<typeof describeStoreContract>) {
    const tests: { readonly title: string; readonly run: () => Promise<void> }[] = [];
    describeStoreContract(name, open, { describe: (_, body) => body(), it: (title, run) => tests.push({ title, run }) }, options);
    const parts = tests.filter(({ title }) => title.includes('the optional part'));
    const failed = await Promise.all(parts.map(async ({ title, run }) => run().then(() => [], () => [title])));
    return { all: tests.map(({ title }) => title), failed: failed.flat() };
  }

  it('names each part that the store lacks, and leaves out the tests of no other', async () => {
    const open = async () => storeWithout('factors', 'backupCodes');
    const lacks = ['factors', 'backupCodes'] as const;
    const { all, failed } = await titlesOf('a store', open, undefined, { lacks });
    const { all: complete } = await titlesOf('a store', open, undefined);
    expect(failed).toEqual([]);
    expect(all.filter((title) => title.startsWith('lacks the optional part'))).toEqual([
      'lacks the optional part factors: its tests are left out',
      'lacks the optional part backupCodes: its tests are left out',
    ]);
    const leftOut = complete.filter((title) => !all.includes(title));
    expect(leftOut).toEqual(expect.arrayContaining(['factors and set-ups are read as they were stored', 'new codes replace all of the user’s codes']));
    expect(leftOut.filter((title) => /passkey|identit|token|session/.test(title) && !/factor|set-up/.test(title))).toEqual([]);
  });

  it('fails if a part is missing that was not named, and if a named one is there', async () => {
    const missing = await titlesOf('a store', async () => storeWithout('passkeys'), undefined, {});
    expect(missing.failed).toEqual(['has the optional part passkeys']);
    const there = await titlesOf('a store', async () => createMemoryStore(), undefined, { lacks: ['identities'] });
    expect(there.failed).toEqual(['lacks the optional part identities: its tests are left out']);
  });
});

describe('a store without optional parts', () => {
  it('L5: is refused, naming the part, if an option requires it', () => {
    const baseUrl = 'https://app.example';
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ baseUrl, passkeys: false })).toEqual([]);
    expect(faultsOf({ baseUrl, passkeys: {} })).toEqual(['passkeys: need a store with the part `passkeys`']);
    const providers = { fake: fakeProvider() };
    const urls = { providerReturn: 'https://app.example/return' };
    expect(faultsOf({ baseUrl, urls, providers })).toEqual(['providers: need a store with the part `identities`']);
    expect(faultsOf({ baseUrl, urls, providers, store: storeWithout('passkeys') })).toEqual([]);
    expect(faultsOf({ twoFactor: { required: 'admins' } })).toEqual(['twoFactor: needs a store with the parts `factors` and `backupCodes`']);
    expect(faultsOf({ twoFactor: { backupCodes: 8 }, store: storeWithout('backupCodes') })).toEqual(['twoFactor: needs a store with the part `backupCodes`']);
    expect(faultsOf({ twoFactor: { required: 'admins' }, store: storeWithout('passkeys', 'identities') })).toEqual([]);
  });

  it('turns passkeys off even if the domain is known', async () => {
    const store = storeWithout(...OPTIONAL_PARTS);
    const auth = createAuth({ secret, store, baseUrl: 'https://app.example', logger: false, maintenance: false, delivery: false });
    const { accessToken } = await loginAs(auth);
    const headers = { authorization: `Bearer ${accessToken}` };
    const { status } = await auth.fetch(new Request('https://app.example/auth/passkeys', { headers }), { ip: null });
    expect(status).toBe(404);
  });

  it.each(['factors', 'backupCodes'] as const)('has second factors off without %s: their routes do not exist, and a login asks for none', async (part) => {
    const { auth, get, post, del } = createMailTestApp({ store: storeWithout(part) });
    const { accessToken, userId } = await loginAs(auth, { role: 'admin' });
    expect((await get('/2fa', accessToken)).status).toBe(404);
    expect((await post('/2fa/setup', { method: 'totp' }, accessToken)).status).toBe(404);
    expect((await del(`/users/${userId}/2fa`, accessToken)).status).toBe(404);
    await expect(auth.api.setUpTwoFactor({}, { accessToken })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(Object.keys(auth.openapi().paths).filter((path) => path.includes('2fa'))).toEqual([]);
    await auth.maintain();
  });

  it('lets nobody in without the factor that an earlier store had: the login waits, and nothing answers it', async () => {
    const store = storeWithout(...OPTIONAL_PARTS);
    const { auth, post } = createMailTestApp({ store, passkeys: undefined });
    const { email, password, userId } = await loginAs(auth);
    await store.users.setTwoFactor(userId, 1);
    const { data } = (await post('/login', { email, password })).body;
    expect(data).toMatchObject({ methods: [], codeSent: false, auth: { hasAccessToken: false } });
    expect((await post('/2fa/verify', { token: '123456', challengeToken: data.challengeToken })).status).toBe(404);
  });

  it('recovers an account, and an administrator changes it', async () => {
    const { auth, post, tokenOf } = createMailTestApp({ store: storeWithout(...OPTIONAL_PARTS), passkeys: undefined });
    const { email, userId } = await loginAs(auth);
    await post('/password/request', { email });
    const reset = await post('/password/reset', { token: await tokenOf('password-reset'), newPassword: NEW_PASSWORD });
    expect(reset.status).toBe(200);
    expect((await post('/login', { email, password: NEW_PASSWORD })).status).toBe(200);
    const admin = await loginAs(auth, { email: 'root@example.com', role: 'admin' });
    await auth.api.updateUser({ id: userId, disabled: true }, { accessToken: admin.accessToken });
    expect((await post('/login', { email, password: NEW_PASSWORD })).status).toBe(401);
  });

  it('works for an account that is claimed by email, exported and removed', async () => {
    const store = storeWithout(...OPTIONAL_PARTS);
    const { auth, post, get, del, tokenOf } = createMailTestApp({ store, passkeys: undefined });
    const { email, password } = await loginAs(auth);
    await post('/login/email', { email });
    const { accessToken } = (await post('/login/email/verify', { token: await tokenOf('email-login') })).body.data;
    const exported = await get('/me/export', accessToken);
    expect(exported.status).toBe(200);
    expect(exported.body.data).toMatchObject({ factors: [], passkeys: [], identities: [] });
    // The claim removed the password of the earlier claimant, who registered with the unverified address.
    expect((await post('/login', { email, password })).status).toBe(401);
    expect((await del('/me', accessToken, {})).status).toBe(204);
    expect(store.dump()['users']).toEqual([]);
  });
});
