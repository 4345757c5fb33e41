import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import type { Auth, AuthStore, NotificationKind } from '@sallyport/core';
import { fakeClock, inbox, loginAs } from '@sallyport/core/testing';
import type { FakeClock, LoggedIn } from '@sallyport/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';

const NEW_PASSWORD = 'a battery of correct horses';
const AT_ONCE = 20;
const ROUNDS = 5;

interface World {
  readonly auth: Auth;
  /** A second store on the same file, which acts as another process. */
  readonly other: Auth;
  readonly store: AuthStore;
  readonly clock: FakeClock;
  readonly ada: LoggedIn;
  readonly mail: ReturnType<typeof inbox>;
  readonly tokenOf: (kind: NotificationKind) => Promise<string>;
}

const open = new Set<Auth>();

afterEach(async () => {
  for (const auth of open) await auth.close();
  open.clear();
});

async function world(): Promise<World> {
  const url = `file:${join(mkdtempSync(join(tmpdir(), 'sallyport-recovery-')), 'auth.db')}`;
  const clock = fakeClock();
  const mail = inbox();
  const store = await createLibsqlStore({ url });
  const make = (of: AuthStore): Auth => {
    const auth = createAuth({
      secret: 'the secret of tests, 32 bytes long or more',
      store: of,
      clock,
      logger: false,
      notifier: mail,
      passwords: { cost: 4 },
    });
    open.add(auth);
    return auth;
  };
  const auth = make(store);
  const other = make(await createLibsqlStore({ url }));
  const ada = await loginAs(auth);
  return { auth, other, store, clock, ada, mail, tokenOf: async (kind) => (await mail.next(kind)).data.token ?? '' };
}

async function resetToken({ auth, ada, tokenOf }: World): Promise<string> {
  await auth.api.requestPasswordReset({ email: ada.email });
  return tokenOf('password-reset');
}

/** The number of successful calls, and the errors of the others. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<{ readonly won: number; readonly codes: readonly string[] }> {
  const settled = await Promise.allSettled(calls);
  const failures = settled.filter((outcome) => outcome.status === 'rejected');
  const codes = new Set(failures.map(({ reason }: { readonly reason: { readonly code: string } }) => reason.code));
  return { won: settled.length - failures.length, codes: [...codes] };
}

describe('recovery races on a database file', () => {
  it('R1: of concurrent resets with one token exactly one wins, in two processes', async () => {
    const made = await world();
    const { auth, other } = made;
    const token = await resetToken(made);
    const resets = Array.from({ length: AT_ONCE }, (_, n) =>
      (n % 2 === 0 ? auth : other).api.resetPassword({ token, newPassword: `${NEW_PASSWORD} ${n}` }),
    );
    expect(await outcomes(resets)).toEqual({ won: 1, codes: ['INVALID_RESET_TOKEN'] });
  });

  it('R1: of many resets with two tokens of one account exactly one wins', async () => {
    const made = await world();
    const { auth, other, clock } = made;
    const first = await resetToken(made);
    clock.set(clock.now() + 60_000);
    const second = await resetToken(made);
    const resets = [first, second].flatMap((token, n) =>
      [auth, other].map((api) => api.api.resetPassword({ token, newPassword: `${NEW_PASSWORD} ${n}` })),
    );
    expect(await outcomes(resets)).toEqual({ won: 1, codes: ['INVALID_RESET_TOKEN'] });
  });

  it('R1: concurrent verifications with one token verify the address once, and none fails', async () => {
    const { auth, other, tokenOf, store, ada } = await world();
    const token = await tokenOf('email-verification');
    const verifications = Array.from({ length: AT_ONCE }, (_, n) => (n % 2 === 0 ? auth : other).api.verifyEmail({ token }));
    expect(await outcomes(verifications)).toEqual({ won: AT_ONCE, codes: [] });
    const events = await store.events.list(ada.userId, { limit: 100 });
    expect(events.filter(({ type }) => type === 'email.verified')).toHaveLength(1);
  });

  it('R3: a login or a refresh concurrent with a reset leaves no session', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const made = await world();
      const { auth, other, store, clock, ada } = made;
      const token = await resetToken(made);
      const { email, password, refreshToken } = ada;
      const [reset] = await Promise.allSettled([
        auth.api.resetPassword({ token, newPassword: NEW_PASSWORD }),
        ...Array.from({ length: AT_ONCE }, (_, n) => (n % 2 === 0 ? auth : other).api.login({ email, password })),
        ...Array.from({ length: AT_ONCE }, (_, n) => (n % 2 === 0 ? auth : other).api.refresh({ refreshToken })),
      ]);
      expect(reset.status).toBe('fulfilled');
      expect(await store.sessions.list(ada.userId, { liveAt: clock.now() })).toEqual([]);
      await expect(auth.api.refresh({ refreshToken })).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    }
  });

  it('R5: a change of address concurrent with a password change is voided, or completed first', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { auth, other, ada, store, clock } = await world();
      const caller = { accessToken: ada.accessToken };
      const [changed] = await Promise.allSettled([
        auth.api.changePassword({ currentPassword: ada.password, newPassword: NEW_PASSWORD }, caller),
        other.api.changeEmail({ newEmail: 'countess@example.com', password: ada.password }, caller),
      ]);
      expect(changed.status).toBe('fulfilled');
      expect(await store.oneTimeTokens.voidAll(ada.userId, ['email-change'], clock.now())).toBe(0);
    }
  });

  it('P5: of a concurrent change and reset, the account has the password of the last that won', async () => {
    const made = await world();
    const { auth, other, ada } = made;
    const token = await resetToken(made);
    const caller = { accessToken: ada.accessToken };
    const [reset, change] = await Promise.allSettled([
      auth.api.resetPassword({ token, newPassword: `${NEW_PASSWORD} of the reset` }),
      other.api.changePassword({ currentPassword: ada.password, newPassword: `${NEW_PASSWORD} of the change` }, caller),
    ]);
    // The one that commits first makes the other fail.
    expect([reset.status, change.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    const password = `${NEW_PASSWORD} of the ${reset.status === 'fulfilled' ? 'reset' : 'change'}`;
    await expect(auth.api.login({ email: ada.email, password })).resolves.toMatchObject({ userId: ada.userId });
  });

  it('R2: concurrent requests send one mail', async () => {
    const { auth, other, ada, store, clock } = await world();
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => (n % 2 === 0 ? auth : other).api.requestPasswordReset({ email: ada.email })),
    );
    expect(await store.oneTimeTokens.voidAll(ada.userId, ['password-reset'], clock.now())).toBe(1);
  });

  // Retried, because a busy machine can slow down one half. A real difference would fail every time.
  it('R2: a request takes as long for an account that does not exist', { retry: 3 }, async () => {
    const { auth, mail } = await world();
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    for (let n = 0; n < 30; n += 1) {
      await auth.api.register({ email: `known-${n}@example.com`, password: NEW_PASSWORD, name: 'Ada' });
    }
    for (let n = 0; n < 30; n += 1) {
      for (const kind of n % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
        // Wait for the delivery of the previous request's mail, so that it is not measured.
        await mail.settled();
        const begun = performance.now();
        await auth.api.requestPasswordReset({ email: `${kind}-${n}@example.com` });
        times[kind].push(performance.now() - begun);
      }
    }
    const [known = 0, unknown = 0] = [times.known, times.unknown].map((list) => list.toSorted((x, y) => x - y)[15]);
    expect(Math.abs(known - unknown)).toBeLessThan(Math.max(1, 0.5 * unknown));
  });
});
