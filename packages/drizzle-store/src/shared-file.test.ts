import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import type { AuthStore } from '@sallyport/core';
import { aBackupCode, aFactor, aMessage, aOneTimeToken, aUser, BUILT_AT } from '@sallyport/core/testing';
import { drizzle } from 'drizzle-orm/libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDrizzleStore, createLibsqlStore } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-shared-'));
const url = `file:${join(folder, 'shared.db')}`;
const stores: AuthStore[] = [];
const NOW = BUILT_AT + 1000;
const user = aUser();

beforeAll(async () => {
  stores.push(await createLibsqlStore({ url }), await createLibsqlStore({ url }));
  stores.push(await createDrizzleStore(drizzle(createClient({ url, timeout: 100 }))));
  await stores[0]?.users.insert(user);
});
afterAll(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true });
});

/** Calls ten times on each store, without waiting in between. */
async function onEach<T>(call: (store: AuthStore, index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(stores.flatMap((store) => Array.from({ length: 10 }, async (_, n) => call(store, n))));
}
const wins = (outcomes: readonly boolean[]): number => outcomes.filter(Boolean).length;
const first = (): AuthStore => stores[0] ?? expect.fail('no store');

// Each store has its own connection, like a process.
describe('several stores on one file', () => {
  it('allow exactly as many hits as the limits', async () => {
    const limits = [{ max: 7, windowMs: 1000 }];
    const take = async (store: AuthStore, n: number) =>
      store.counters.take({ hitId: aUser().id, key: 'shared', limits, now: NOW + n });
    expect(wins((await onEach(take)).map(({ kind }) => kind === 'taken'))).toBe(7);
  });

  it('lease each message to one worker only', async () => {
    const messages = Array.from({ length: 40 }, () => aMessage());
    for (const message of messages) await first().outbox.insert(message);
    const leased = await onEach(async (store) => store.outbox.lease({ now: NOW, until: NOW + 1, limit: 3 }));
    const ids = leased.flat().map(({ id }) => id);
    expect(ids.toSorted()).toEqual(messages.map(({ id }) => id));
  });

  it('R1: consume a token once, and M3: allow exactly the maximum number of attempts', async () => {
    const tokens = [aOneTimeToken({ userId: user.id }), aOneTimeToken({ userId: user.id })] as const;
    for (const token of tokens) await first().oneTimeTokens.insert(token);
    expect(wins(await onEach(async (store) => store.oneTimeTokens.takeAttempt(tokens[0].id, 5, NOW)))).toBe(5);
    expect(wins(await onEach(async (store) => store.oneTimeTokens.consume(tokens[1].id, NOW)))).toBe(1);
  });

  it('M6: confirm one factor, M1: accept a time step once, and M5: a backup code', async () => {
    const code = aBackupCode({ userId: user.id });
    await first().backupCodes.replace(user.id, [code]);
    const confirmed = await onEach(async (store) => {
      const setUp = aFactor({ userId: user.id });
      return (await store.factors.begin(setUp)) && store.factors.confirm(setUp.id, NOW, 1);
    });
    expect(wins(confirmed)).toBe(1);
    const [factor] = await first().factors.listConfirmed(user.id);
    expect(wins(await onEach(async (store) => store.factors.advanceStep(factor?.id ?? '', 2)))).toBe(1);
    expect(wins(await onEach(async (store) => store.backupCodes.use(user.id, [code.codeHash], NOW)))).toBe(1);
  });

  it('set one of several concurrent new passwords', async () => {
    const change = { hash: 'new', at: NOW, securityVersion: user.securityVersion };
    expect(wins(await onEach(async (store) => store.users.setPassword(user.id, change)))).toBe(1);
  });
});
