import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthError, createAuth } from '@sallyport/core';
import type { AuthStore } from '@sallyport/core';
import { fakeClock, inbox } from '@sallyport/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLibsqlStore } from './index.js';
import { createPostgresStore } from './postgres/index.js';
import { createTestDatabase, whyNoServer } from './postgres/server.test-kit.js';

const PARALLEL = 20;
const NEW = 'new@example.com';
const times = Array.from({ length: PARALLEL });

async function libsql(): Promise<AuthStore> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-email-login-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return createLibsqlStore({ url: `file:${join(folder, 'auth.db')}` });
}

async function postgres(): Promise<AuthStore> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  return createPostgresStore({ url: database.url });
}

const missing = await whyNoServer();

describe.each([
  { name: 'a file', open: libsql, isThere: true },
  { name: 'PostgreSQL', open: postgres, isThere: missing === null },
])('logins by email on $name', ({ open, isThere }) => {
  async function begin() {
    const store = await open();
    const mail = inbox();
    const clock = fakeClock();
    const auth = createAuth({
      secret: 'the secret of tests, 32 bytes long or more', store, notifier: mail, logger: false, clock, throttling: { enabled: false },
      emailLogin: { signUp: true },
    });
    onTestFinished(() => auth.close());
    const askForLink = async (): Promise<string> => {
      await auth.api.requestEmailLogin({ email: NEW });
      return (await mail.next('email-login')).data.token ?? '';
    };
    const askForCode = async (): Promise<{ readonly loginToken: string; readonly code: string }> => {
      const { loginToken } = await auth.api.requestEmailLogin({ email: NEW, method: 'code' });
      return { loginToken, code: (await mail.next('email-login-code')).data.code ?? '' };
    };
    /** The outcome of each call: `ok`, or its error code. */
    const verifyAll = async (inputs: readonly Parameters<typeof auth.api.verifyEmailLogin>[0][]): Promise<readonly string[]> => {
      const verify = async (input: (typeof inputs)[number]): Promise<string> => {
        try {
          await auth.api.verifyEmailLogin(input);
          return 'ok';
        } catch (error) {
          return error instanceof AuthError ? error.code : 'a fault';
        }
      };
      return (await Promise.all(inputs.map(verify))).toSorted();
    };
    return { store, clock, askForLink, askForCode, verifyAll };
  }

  const oneOf = (count: number): readonly string[] => [...Array.from({ length: count - 1 }, () => 'INVALID_LOGIN_TOKEN'), 'ok'];

  it.skipIf(!isThere)('E1, R1: of twenty concurrent uses of a link, or of a code, one wins', async () => {
    const { store, clock, askForLink, askForCode, verifyAll } = await begin();
    const token = await askForLink();
    expect(await verifyAll(times.map(() => ({ token })))).toEqual(oneOf(PARALLEL));
    expect(await store.users.count({})).toBe(1);
    await clock.advance(60_000);
    const given = await askForCode();
    expect(await verifyAll(Array.from({ length: 5 }, () => given))).toEqual(oneOf(5));
  });

  it.skipIf(!isThere)('E1: after five concurrent wrong codes the right one is refused, after four it is accepted', async () => {
    const { clock, askForCode, verifyAll } = await begin();
    for (const [guesses, afterwards] of [[5, 'INVALID_LOGIN_TOKEN'], [4, 'ok']] as const) {
      const { loginToken, code } = await askForCode();
      const wrong = Array.from({ length: guesses }, (_, n) => ({ loginToken, code: String((Number(code) + 1 + n) % 1_000_000).padStart(6, '0') }));
      expect(await verifyAll(wrong)).toEqual(wrong.map(() => 'INVALID_LOGIN_TOKEN'));
      expect(await verifyAll([{ loginToken, code }])).toEqual([afterwards]);
      await clock.advance(60_000);
    }
  });

  it.skipIf(!isThere)('E1: two links to a new address, used at the same time, make one account', async () => {
    const { store, clock, askForLink, verifyAll } = await begin();
    const first = await askForLink();
    await clock.advance(60_000);
    const second = await askForLink();
    const outcomes = await verifyAll(times.map((_, n) => ({ token: n % 2 === 0 ? first : second })));
    expect(outcomes).toEqual(oneOf(PARALLEL));
    expect(await store.users.count({})).toBe(1);
  });
});
