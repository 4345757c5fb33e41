import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import type { Auth, AuthEvent, AuthStore } from '@sallyport/core';
import { fakeClock, inbox, loginAs } from '@sallyport/core/testing';
import type { FakeClock } from '@sallyport/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';

const SECRET = 'the secret of tests, 32 bytes long or more';
const PASSWORD = 'correct horse battery staple';
const EMAIL = 'ada@example.com';
const PARALLEL = 16;

interface Machine {
  readonly auth: Auth;
  readonly store: AuthStore;
  readonly events: AuthEvent[];
}

const toClean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of toClean.splice(0).toReversed()) await clean();
});

/** Two applications on one file, each with its own connections and caches. */
async function twoMachines(): Promise<{ readonly machines: readonly [Machine, Machine]; readonly clock: FakeClock }> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-races-'));
  toClean.push(() => rm(folder, { recursive: true, force: true }));
  const clock = fakeClock();
  const machine = async (): Promise<Machine> => {
    const store = await createLibsqlStore({ url: `file:${join(folder, 'auth.db')}` });
    const events: AuthEvent[] = [];
    const auth = createAuth({
      secret: SECRET,
      store,
      clock,
      logger: false,
      notifier: inbox(),
      passwords: { cost: 4 },
      audit: { refreshes: true },
      throttling: { enabled: false },
      onEvent: (event) => void events.push(event),
    });
    toClean.push(() => auth.close());
    return { auth, store, events };
  };
  const one = await machine();
  return { machines: [one, await machine()], clock };
}

/** Runs the same call many times concurrently, alternating between the machines. The outcome of each is `ok` or its error code. */
async function atOnce<T>(
  machines: readonly [Machine, Machine],
  call: (machine: Machine, index: number) => Promise<T>,
): Promise<{ readonly outcomes: readonly string[]; readonly values: readonly T[] }> {
  const calls = Array.from({ length: PARALLEL }, (_, index) => call(machines[index % 2 === 0 ? 0 : 1], index));
  const settled = await Promise.allSettled(calls);
  return {
    outcomes: settled.map((one) => (one.status === 'fulfilled' ? 'ok' : String(Reflect.get(Object(one.reason), 'code')))),
    values: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
  };
}

const count = (outcomes: readonly string[], outcome: string): number => outcomes.filter((one) => one === outcome).length;

async function typesOf({ store }: Machine, userId: string): Promise<string[]> {
  return (await store.events.list(userId, { limit: 1_000 })).map(({ type }) => type);
}

describe('concurrent requests on a file that two applications share', () => {
  it('S3: of parallel refreshes with one token all succeed with one successor, and the counter moves by one', async () => {
    const { machines } = await twoMachines();
    const { refreshToken, sessionId, userId } = await loginAs(machines[0].auth);
    const { outcomes, values } = await atOnce(machines, ({ auth }) => auth.api.refresh({ refreshToken }));
    expect(count(outcomes, 'ok')).toBe(PARALLEL);
    expect(new Set(values.map((value) => value.refreshToken)).size).toBe(1);
    expect((await machines[1].store.sessions.find(sessionId))?.refreshCounter).toBe(1);
    expect(count(await typesOf(machines[0], userId), 'session.refreshed')).toBe(1);
    // The successor works.
    const [successor] = values;
    await machines[1].auth.api.refresh({ refreshToken: successor?.refreshToken });
  });

  it('S2: of concurrent replays one ends the session and none gets a token; the session stays ended although the request fails', async () => {
    const { machines, clock } = await twoMachines();
    const { refreshToken, sessionId, userId } = await loginAs(machines[0].auth);
    const { refreshToken: successor, accessToken } = await machines[0].auth.api.refresh({ refreshToken });
    await machines[0].auth.authenticate(`Bearer ${accessToken}`);
    await clock.advance(30_001);
    const { outcomes } = await atOnce(machines, ({ auth }) => auth.api.refresh({ refreshToken }));
    expect(count(outcomes, 'ok')).toBe(0);
    expect(count(outcomes, 'REFRESH_TOKEN_REUSED')).toBeGreaterThan(0);
    expect(count(outcomes, 'REFRESH_TOKEN_REUSED') + count(outcomes, 'SESSION_EXPIRED')).toBe(PARALLEL);
    expect((await machines[1].store.sessions.find(sessionId))?.revokeReason).toBe('refresh-token-reuse');
    await expect(machines[1].auth.api.refresh({ refreshToken: successor })).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    const reused = (await machines[0].store.events.list(userId, { limit: 100 })).filter(({ type }) => type === 'session.reused');
    expect(reused.filter(({ detail }) => detail?.['ended'] === true)).toHaveLength(1);
  });

  it('S2: a replay concurrent with the refresh of its successor ends the session', async () => {
    const { machines, clock } = await twoMachines();
    const { refreshToken, sessionId } = await loginAs(machines[0].auth);
    const { refreshToken: current, accessToken } = await machines[0].auth.api.refresh({ refreshToken });
    await machines[0].auth.authenticate(`Bearer ${accessToken}`);
    await clock.advance(30_001);
    const { values } = await atOnce(machines, ({ auth }, index) =>
      auth.api.refresh({ refreshToken: index % 3 === 0 ? refreshToken : current }),
    );
    expect((await machines[0].store.sessions.find(sessionId))?.revokeReason).toBe('refresh-token-reuse');
    // Tokens that were issued before the replay no longer work.
    for (const { auth } of machines) {
      const { outcomes } = await atOnce(machines, () => auth.api.refresh({ refreshToken: values[0]?.refreshToken ?? current }));
      expect(count(outcomes, 'ok')).toBe(0);
    }
    await clock.advance(5_000);
    for (const { accessToken } of values) {
      for (const { auth } of machines) {
        await expect(auth.api.me({}, { accessToken })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
      }
    }
  });

  it('registers an email once, and answers EMAIL_TAKEN to the others', async () => {
    const { machines } = await twoMachines();
    const spellings = [EMAIL, 'ADA@EXAMPLE.COM', ' Ada@example.com'];
    const { outcomes, values } = await atOnce(machines, ({ auth }, index) =>
      auth.api.register({ email: spellings[index % 3] ?? EMAIL, password: PASSWORD, name: `Ada ${index}` }),
    );
    expect([count(outcomes, 'ok'), count(outcomes, 'EMAIL_TAKEN')]).toEqual([1, PARALLEL - 1]);
    expect(await machines[1].store.users.findByEmail(EMAIL)).toMatchObject({ id: values[0]?.user?.id });
    const told = machines.flatMap(({ events }) => events.map(({ type }) => type));
    expect([count(told, 'account.registered'), count(told, 'account.registration-refused')]).toEqual([1, PARALLEL - 1]);
  });

  it('assigns a username once, at registration and at a change', async () => {
    const { machines } = await twoMachines();
    const users = await Promise.all([1, 2, 3, 4].map((n) => loginAs(machines[0].auth, { email: `old${n}@example.com` })));
    const { outcomes } = await atOnce(machines, async ({ auth }, index) => {
      const user = users[index];
      if (user !== undefined) return auth.api.updateMe({ username: 'Ada' }, { accessToken: user.accessToken });
      return auth.api.register({ email: `new${index}@example.com`, password: PASSWORD, name: 'B', username: 'ADA' });
    });
    expect([count(outcomes, 'ok'), count(outcomes, 'USERNAME_TAKEN')]).toEqual([1, PARALLEL - 1]);
  });

  it('S6: logins concurrent with a removal leave no session and no valid token', async () => {
    const { machines, clock } = await twoMachines();
    const { accessToken, userId } = await loginAs(machines[0].auth);
    const logins: string[] = [];
    const { outcomes } = await atOnce(machines, async ({ auth }, index) => {
      if (index === 5) return auth.api.deleteMe({ password: PASSWORD }, { accessToken });
      const login = await auth.api.login({ email: EMAIL, password: PASSWORD });
      if ('accessToken' in login) logins.push(login.accessToken);
      return undefined;
    });
    expect(outcomes[5]).toBe('ok');
    expect(count(outcomes, 'ok') + count(outcomes, 'INVALID_CREDENTIALS')).toBe(PARALLEL);
    expect(await machines[1].store.users.find(userId)).toBeNull();
    expect(await machines[1].store.sessions.list(userId)).toEqual([]);
    expect(await machines[1].store.devices.list(userId)).toEqual([]);
    await clock.advance(5_000);
    for (const token of logins) {
      for (const { auth } of machines) {
        await expect(auth.api.me({}, { accessToken: token })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
      }
    }
  });

  it('S6: refreshes concurrent with a logout leave no live session', async () => {
    const { machines, clock } = await twoMachines();
    const { refreshToken, sessionId } = await loginAs(machines[0].auth);
    const tokens: { readonly accessToken: string; readonly refreshToken: string }[] = [];
    const { outcomes } = await atOnce(machines, async ({ auth }, index) => {
      if (index === 4) await auth.api.logout({ refreshToken });
      else tokens.push(await auth.api.refresh({ refreshToken }));
    });
    expect(outcomes[4]).toBe('ok');
    expect(count(outcomes, 'ok') + count(outcomes, 'SESSION_EXPIRED')).toBe(PARALLEL);
    expect((await machines[1].store.sessions.find(sessionId))?.revokeReason).toBe('logout');
    await clock.advance(5_000);
    for (const token of tokens) {
      for (const { auth } of machines) {
        await expect(auth.api.me({}, { accessToken: token.accessToken })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
        await expect(auth.api.refresh({ refreshToken: token.refreshToken })).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
      }
    }
  });

  it('ends a session once: of concurrent logouts one is recorded in the audit trail', async () => {
    const { machines } = await twoMachines();
    const { refreshToken, userId } = await loginAs(machines[0].auth);
    const { outcomes } = await atOnce(machines, ({ auth }) => auth.api.logout({ refreshToken }));
    expect(count(outcomes, 'ok')).toBe(PARALLEL);
    expect(count(await typesOf(machines[1], userId), 'session.ended')).toBe(1);
  });

  it('never keeps more sessions than maxPerUser after concurrent logins', async () => {
    const { machines, clock } = await twoMachines();
    const { userId } = await loginAs(machines[0].auth);
    const limited = createAuth({
      secret: SECRET,
      store: machines[1].store,
      clock,
      logger: false,
      notifier: inbox(),
      passwords: { cost: 4 },
      throttling: { enabled: false },
      session: { maxPerUser: 3 },
    });
    const { outcomes } = await atOnce(machines, () => limited.api.login({ email: EMAIL, password: PASSWORD }));
    expect(count(outcomes, 'ok')).toBe(PARALLEL);
    const all = await machines[0].store.sessions.list(userId);
    expect(all.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(3);
  });

  /** Every way in which an administrator can lose the role. */
  const LOSSES = {
    demote: ({ auth }: Machine, id: string, accessToken: string) => auth.api.updateUser({ id, role: 'user' }, { accessToken }),
    disable: ({ auth }: Machine, id: string, accessToken: string) => auth.api.updateUser({ id, disabled: true }, { accessToken }),
    remove: ({ auth }: Machine, id: string, accessToken: string) => auth.api.removeUser({ id, password: PASSWORD }, { accessToken }),
    leave: ({ auth }: Machine, _id: string, accessToken: string) => auth.api.deleteMe({ password: PASSWORD }, { accessToken }),
  };
  it.each([
    ['demote', 'demote'], ['demote', 'remove'], ['disable', 'remove'], ['disable', 'disable'], ['demote', 'disable'], ['leave', 'leave'],
  ] as const)('keeps one administrator of two: %s and %s at the same time', async (one, two) => {
    const { machines, clock } = await twoMachines();
    const adminPassword = 'the admin password of tests';
    const registering = createAuth({
      secret: SECRET,
      store: machines[0].store,
      clock,
      logger: false,
      notifier: inbox(),
      passwords: { cost: 4 },
      throttling: { enabled: false },
      registration: { adminPassword },
    });
    for (const email of ['a@example.com', 'b@example.com']) {
      await registering.api.register({ email, password: PASSWORD, name: 'A', role: 'admin', adminPassword });
    }
    const [a, b] = [
      await loginAs(machines[0].auth, { email: 'a@example.com' }),
      await loginAs(machines[1].auth, { email: 'b@example.com' }),
    ];
    const settled = await Promise.allSettled([
      LOSSES[one](machines[0], a.userId, a.accessToken),
      LOSSES[two](machines[1], b.userId, b.accessToken),
    ]);
    const refused = settled.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toMatchObject([{ code: 'LAST_ADMIN' }]);
    const { store } = machines[0];
    expect(await store.users.count({ role: 'admin', status: 'active' })).toBe(1);
  });
});
