import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import type { Auth, AuthStore } from '@sallyport/core';
import { inbox, loginAs, softAuthenticator } from '@sallyport/core/testing';
import type { SoftAuthenticator } from '@sallyport/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';
import { createPostgresStore } from './postgres/create-postgres-store.js';
import { createTestDatabase, whyNoServer } from './postgres/server.test-kit.js';

const AT_ONCE = 12;
const missing = await whyNoServer();

/** Two stores on one database, like those of two processes. */
type Opened = readonly [AuthStore, AuthStore];

const DATABASES: Readonly<Record<string, { readonly open: () => Promise<Opened>; readonly isMissing: boolean }>> = {
  libsql: {
    isMissing: false,
    async open() {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-passkeys-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const url = `file:${join(folder, 'auth.db')}`;
      return [await createLibsqlStore({ url }), await createLibsqlStore({ url })];
    },
  },
  PostgreSQL: {
    isMissing: missing !== null,
    async open() {
      const database = await createTestDatabase();
      onTestFinished(async () => database.drop());
      return [await createPostgresStore({ url: database.url }), await createPostgresStore({ url: database.url })];
    },
  },
};

function authOn(store: AuthStore): Auth {
  const auth = createAuth({
    secret: 'the secret of tests, 32 bytes long or more',
    store,
    logger: false,
    notifier: inbox(),
    maintenance: false,
    passwords: { cost: 4 },
    passkeys: { rpId: 'example.com', origins: ['https://app.example.com'] },
  });
  onTestFinished(async () => auth.close());
  return auth;
}

async function register(auth: Auth, accessToken: string, authenticator: SoftAuthenticator, credentialId?: Uint8Array): Promise<string> {
  const { registrationToken, options } = await auth.api.beginPasskeyRegistration({}, { accessToken });
  const credential = authenticator.create(options, credentialId === undefined ? {} : { credentialId });
  const { passkey } = await auth.api.registerPasskey({ registrationToken, credential }, { accessToken });
  return passkey.id;
}

/** The number of successful calls, and the errors of the others. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<{ readonly won: number; readonly codes: readonly string[] }> {
  const settled = await Promise.allSettled(calls);
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [String(Reflect.get(Object(one.reason), 'code'))] : []));
  return { won: settled.length - failures.length, codes: [...new Set(failures)] };
}

describe.each(Object.entries(DATABASES))('passkeys on %s, by two processes', (_, { open, isMissing }) => {
  it.skipIf(isMissing)('W1: one response that is sent concurrently logs in once', async () => {
    const [one, two] = (await open()).map(authOn);
    if (one === undefined || two === undefined) throw new Error('not opened');
    const { accessToken, userId } = await loginAs(one);
    const authenticator = softAuthenticator({ counts: false });
    await register(one, accessToken, authenticator);
    const { authenticationToken, options } = await one.api.beginPasskeyAuthentication({});
    const credential = authenticator.get(options);
    const calls = Array.from({ length: AT_ONCE }, async (__, n) => (n % 2 === 0 ? one : two).api.authenticatePasskey({ authenticationToken, credential }));
    expect(await outcomes(calls)).toEqual({ won: 1, codes: ['INVALID_PASSKEY'] });
    expect(userId).toBeTruthy();
    const { sessions } = await one.api.sessions({}, { accessToken });
    expect(sessions).toHaveLength(2);
  });

  it.skipIf(isMissing)('W4: of concurrent responses with one counter, one logs in', async () => {
    const [one, two] = (await open()).map(authOn);
    if (one === undefined || two === undefined) throw new Error('not opened');
    const { accessToken } = await loginAs(one);
    const authenticator = softAuthenticator();
    await register(one, accessToken, authenticator);
    const calls = Array.from({ length: AT_ONCE }, async (__, n) => {
      const auth = n % 2 === 0 ? one : two;
      const { authenticationToken, options } = await auth.api.beginPasskeyAuthentication({});
      return auth.api.authenticatePasskey({ authenticationToken, credential: authenticator.get(options, { counter: 7 }) });
    });
    expect(await outcomes(calls)).toEqual({ won: 1, codes: ['INVALID_PASSKEY'] });
  });

  it.skipIf(isMissing)('W3: of users who register one credential id concurrently, one gets it', async () => {
    const [one, two] = (await open()).map(authOn);
    if (one === undefined || two === undefined) throw new Error('not opened');
    const people = [];
    for (let n = 0; n < 6; n += 1) people.push(await loginAs(one, { email: `person${n}@example.com` }));
    const credentialId = Buffer.from('one id for everybody');
    const calls = people.map(async ({ accessToken }, n) => register(n % 2 === 0 ? one : two, accessToken, softAuthenticator(), credentialId));
    expect(await outcomes(calls)).toEqual({ won: 1, codes: ['INVALID_PASSKEY'] });
  });

  it.skipIf(isMissing)('W6: of the last two credentials, removed concurrently, one stays', async () => {
    const stores = await open();
    const [one, two] = stores.map(authOn);
    if (one === undefined || two === undefined) throw new Error('not opened');
    const { accessToken, userId } = await loginAs(one);
    const authenticator = softAuthenticator();
    const ids = [await register(one, accessToken, softAuthenticator()), await register(one, accessToken, authenticator)];
    await stores[0].users.setPassword(userId, { hash: null, at: Date.now() });
    const { authenticationToken, options } = await one.api.beginPasskeyAuthentication({});
    const session = await one.api.authenticatePasskey({ authenticationToken, credential: authenticator.get(options) });
    const calls = ids.map(async (id, n) => (n === 0 ? one : two).api.removePasskey({ id }, { accessToken: session.accessToken }));
    expect(await outcomes(calls)).toEqual({ won: 1, codes: ['LAST_CREDENTIAL'] });
  });
});
