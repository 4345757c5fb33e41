import { describe, expect, it } from 'vitest';
import type { AuthConfig } from '../../auth-config.js';
import { createAuth } from '../../create-auth.js';
import { ConfigError } from '../../errors.js';
import { createMailTestApp } from '../../test-kit/mail-test-app.js';
import { fakeProvider } from '../../test-kit/fake-provider.js';
import { describeStoreContract } from '../../testing/contract/describe-store-contract.js';
import { loginAs } from '../../testing/login-as.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';
import type { MemoryStore } from '../../testing/memory/memory-store.js';
import type { OptionalPart } from './partial-store.js';

function without<T extends object>(parts: readonly OptionalPart[], methods: T): T {
  const rest = { ...methods };
  for (const part of parts) Reflect.deleteProperty(rest, part);
  return rest;
}

/** A store that lacks these parts, in transactions too. */
function storeWithout(...parts: readonly OptionalPart[]): MemoryStore {
  const store = createMemoryStore();
  return { ...without(parts, store), transaction: async (work) => store.transaction(async (tx) => work(without(parts, tx))) };
}

const secret = 'a secret of at least thirty-two bytes';

function faultsOf(options: Partial<AuthConfig>): readonly string[] {
  try {
    createAuth({ secret, store: storeWithout('passkeys', 'identities'), logger: false, maintenance: false, delivery: false, ...options });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describeStoreContract('a store without optional parts', async () => storeWithout('passkeys', 'identities'), { describe, it });
describeStoreContract('a store without identities', async () => storeWithout('identities'), { describe, it });

describe('a store without optional parts', () => {
  it('L5: is refused by name where an option needs a part', () => {
    const baseUrl = 'https://app.example';
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ baseUrl, passkeys: false })).toEqual([]);
    expect(faultsOf({ baseUrl, passkeys: {} })).toEqual(['passkeys: need a store with the part `passkeys`']);
    const providers = { fake: fakeProvider() };
    const urls = { providerReturn: 'https://app.example/return' };
    expect(faultsOf({ baseUrl, urls, providers })).toEqual(['providers: need a store with the part `identities`']);
    expect(faultsOf({ baseUrl, urls, providers, store: storeWithout('passkeys') })).toEqual([]);
  });

  it('leaves passkeys off although the domain is known', async () => {
    const store = storeWithout('passkeys', 'identities');
    const auth = createAuth({ secret, store, baseUrl: 'https://app.example', logger: false, maintenance: false, delivery: false });
    const { accessToken } = await loginAs(auth);
    const headers = { authorization: `Bearer ${accessToken}` };
    const { status } = await auth.fetch(new Request('https://app.example/auth/passkeys', { headers }), { ip: null });
    expect(status).toBe(404);
  });

  it('serves the life of an account: claimed by email, exported and removed', async () => {
    const store = storeWithout('passkeys', 'identities');
    const { auth, post, get, del, tokenOf } = createMailTestApp({ store, passkeys: undefined });
    const { email, password } = await loginAs(auth);
    await post('/login/email', { email });
    const { accessToken } = (await post('/login/email/verify', { token: await tokenOf('email-login') })).body.data;
    const exported = await get('/me/export', accessToken);
    expect(exported.status).toBe(200);
    expect(exported.body.data).toMatchObject({ passkeys: [], identities: [] });
    // The claim removed the password of whoever registered the unproven address.
    expect((await post('/login', { email, password })).status).toBe(401);
    expect((await del('/me', accessToken, {})).status).toBe(204);
    expect(store.dump()['users']).toEqual([]);
  });
});
