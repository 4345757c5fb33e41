import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import type { Auth, AuthStore } from '@sallyport/core';
import { fakeClock, inbox, loginAs, totp } from '@sallyport/core/testing';
import type { FakeClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';

const STEP_MS = 30_000;
const AT_ONCE = 20;

interface Enrolled {
  readonly auth: Auth;
  readonly clock: FakeClock;
  readonly secret: string;
  readonly backupCodes: readonly string[];
  /** Starts `count` logins that wait for their second factor. */
  readonly challenges: (count: number) => Promise<readonly string[]>;
}

function databaseUrl(): string {
  return `file:${join(mkdtempSync(join(tmpdir(), 'sallyport-2fa-')), 'auth.db')}`;
}

function authOn(store: AuthStore, clock: FakeClock): Auth {
  return createAuth({
    secret: 'the secret of tests, 32 bytes long or more',
    store,
    clock,
    logger: false,
    notifier: inbox(),
    passwords: { cost: 4 },
  });
}

async function enrolled(): Promise<Enrolled> {
  const clock = fakeClock();
  const auth = authOn(await createLibsqlStore({ url: databaseUrl() }), clock);
  const { email, password, accessToken } = await loginAs(auth);
  const caller = { accessToken };
  const setUp = await auth.api.setUpTwoFactor({}, caller);
  if (setUp.method !== 'totp') throw new TypeError('not an authenticator app');
  const { secret } = setUp;
  const { backupCodes } = await auth.api.enableTwoFactor({ token: totp(secret, clock) }, caller);
  const challenge = async (): Promise<string> => {
    const login = await auth.api.login({ email, password });
    return 'challengeToken' in login ? login.challengeToken : '';
  };
  const challenges = async (count: number): Promise<readonly string[]> => {
    const tokens: string[] = [];
    for (let n = 0; n < count; n += 1) tokens.push(await challenge());
    return tokens;
  };
  return { auth, clock, secret, backupCodes, challenges };
}

/** The number of successful calls, and the errors of the others. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<{ readonly won: number; readonly codes: ReadonlySet<string> }> {
  const settled = await Promise.allSettled(calls);
  const failures = settled.filter((outcome) => outcome.status === 'rejected');
  return {
    won: settled.length - failures.length,
    codes: new Set(failures.map(({ reason }: { readonly reason: { readonly code: string } }) => reason.code)),
  };
}

describe('second factors on a database file', () => {
  it('M1: one code sent concurrently by 20 logins is accepted once', async () => {
    const { auth, clock, secret, challenges } = await enrolled();
    const tokens = await challenges(AT_ONCE);
    clock.set(clock.now() + STEP_MS);
    const token = totp(secret, clock);
    const { won, codes } = await outcomes(
      tokens.map((challengeToken) => auth.api.verifyTwoFactor({ token, challengeToken })),
    );
    expect(won).toBe(1);
    expect([...codes].every((code) => code === 'INVALID_TWO_FACTOR_CODE' || code === 'TOO_MANY_REQUESTS')).toBe(true);
    await auth.close();
  });

  it('M1: one challenge answered 20 times concurrently with one code begins one session', async () => {
    const { auth, clock, secret, challenges } = await enrolled();
    const [challengeToken = ''] = await challenges(1);
    clock.set(clock.now() + STEP_MS);
    const token = totp(secret, clock);
    const { won } = await outcomes(
      Array.from({ length: AT_ONCE }, () => auth.api.verifyTwoFactor({ token, challengeToken })),
    );
    expect(won).toBe(1);
    await auth.close();
  });

  it('M5: one backup code sent 20 times concurrently is accepted once', async () => {
    const { auth, backupCodes, challenges } = await enrolled();
    const [code = ''] = backupCodes;
    const tokens = await challenges(AT_ONCE);
    const { won } = await outcomes(
      tokens.map((challengeToken) => auth.api.verifyBackupCode({ code, challengeToken })),
    );
    expect(won).toBe(1);
    await auth.close();
  });

  it('M4: of 50 concurrent wrong codes five are compared', async () => {
    const { auth, challenges } = await enrolled();
    const [challengeToken = ''] = await challenges(1);
    const settled = await Promise.allSettled(
      Array.from({ length: 50 }, () => auth.api.verifyTwoFactor({ token: '000000', challengeToken })),
    );
    const codes = settled.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'passed'));
    expect(codes.filter((code) => code === 'INVALID_TWO_FACTOR_CODE')).toHaveLength(5);
    expect(codes.filter((code) => code === 'TOO_MANY_REQUESTS')).toHaveLength(45);
    await auth.close();
  });

  it('L4, M7: a login concurrent with turning on two-factor gets no session without the factor', async () => {
    for (let round = 0; round < 5; round += 1) {
      const url = databaseUrl();
      const [store, clock] = [await createLibsqlStore({ url }), fakeClock()];
      const auth = authOn(store, clock);
      // A second store on the same file acts as another process.
      const other = authOn(await createLibsqlStore({ url }), clock);
      const ada = await loginAs(auth);
      const caller = { accessToken: ada.accessToken };
      const setUp = await auth.api.setUpTwoFactor({}, caller);
      if (setUp.method !== 'totp') throw new TypeError('not an authenticator app');
      const { email, password } = ada;
      await Promise.allSettled([
        ...Array.from({ length: AT_ONCE }, (_, n) => (n % 2 === 0 ? auth : other).api.login({ email, password })),
        auth.api.enableTwoFactor({ token: totp(setUp.secret, clock) }, caller),
        ...Array.from({ length: AT_ONCE }, (_, n) => (n % 2 === 0 ? auth : other).api.login({ email, password })),
      ]);
      const live = await store.sessions.list(ada.userId, { liveAt: clock.now() });
      expect(live.map(({ id }) => id)).toEqual([ada.sessionId]);
      await Promise.all([auth.close(), other.close()]);
    }
  });
});
