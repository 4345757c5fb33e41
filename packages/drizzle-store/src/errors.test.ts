import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createClient } from '@libsql/client';
import type { AuthStore } from '@sallyport/core';
import { aDevice, anEvent, aSession, aUser } from '@sallyport/core/testing';
import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { createDrizzleStore, createLibsqlStore } from './index.js';
import { faultOf } from './errors.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-errors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const url = (name: string) => `file:${join(folder, name)}.db`;
const canary = 'c4n4ry-v4lue';

/** The error as text, with all of its properties and causes. */
const seen = (error: unknown): string =>
  inspect(error, { depth: 20, showHidden: true, getters: true, maxStringLength: null });

async function failures(store: AuthStore): Promise<unknown[]> {
  const orphan = aSession({ userId: canary, refreshSalt: canary });
  // Values that a caller without types might pass. In libsql, a boolean would abort the process.
  const wrong = (value: unknown) => ({ ...aUser(), name: canary, passwordHash: value }) as ReturnType<typeof aUser>;
  const calls = [
    (methods: Pick<AuthStore, 'sessions'>) => methods.sessions.insert(orphan),
    (methods: Pick<AuthStore, 'devices'>) => methods.devices.insert(aDevice({ userId: canary, secretHash: canary }), 5),
    (methods: Pick<AuthStore, 'users'>) => methods.users.insert(wrong(true)),
    (methods: Pick<AuthStore, 'users'>) => methods.users.insert(wrong(`${canary}\0`)),
    (methods: Pick<AuthStore, 'users'>) => methods.users.insert(wrong({ canary })),
    (methods: Pick<AuthStore, 'users'>) => methods.users.findByEmail(`${canary}\0`),
    (methods: Pick<AuthStore, 'events'>) => methods.events.append({ ...anEvent(), type: null, userAgent: canary } as never),
  ];
  const errors: unknown[] = [];
  const note = (error: unknown) => void errors.push(error);
  for (const call of calls) {
    await (call(store) as Promise<unknown>).catch(note);
    await store.transaction(async (tx) => call({ ...store, ...tx }) as Promise<unknown>).catch(note);
  }
  expect(errors).toHaveLength(calls.length * 2);
  return errors;
}

describe('an error of the database', () => {
  it.each([
    ['a libsql file', async () => createLibsqlStore({ url: url('native') })],
    ["an application's Drizzle database", async () => createDrizzleStore(drizzle(createClient({ url: url('client') })))],
  ])('G2: contains no value that was passed in, in %s', async (_, open) => {
    const store = await open();
    for (const error of await failures(store)) {
      expect(seen(error)).not.toContain(canary);
      expect(error).toMatchObject({ name: 'StoreError', message: expect.stringMatching(/^database error \w+ in \w+\.\w+$/) });
    }
    // The store still works.
    expect(await store.users.insert(aUser())).toEqual({ kind: 'inserted' });
    await store.close();
  });

  it('G2: is sanitized for every error of the driver', () => {
    const cause = Object.assign(new Error(`near "${canary}"`), { code: 'SQLITE_ERROR', sql: canary });
    const fault = faultOf(new DrizzleQueryError(`select '${canary}'`, [canary], cause), 'users.find');
    expect(seen(fault)).not.toContain(canary);
    expect(fault.message).toBe('database error SQLITE_ERROR in users.find');
    const odd = faultOf(Object.assign(new Error('x'), { code: canary }), 'users.find');
    expect(odd.message).toBe('database error UNKNOWN in users.find');
  });

  it.each([
    ['SQLITE_BUSY', true],
    ['SQLITE_BUSY_RECOVERY', true],
    ['SQLITE_IOERR_WRITE', true],
    ['SQLITE_CANTOPEN', true],
    ['SQLITE_FULL', true],
    ['ECONNREFUSED', true],
    ['HRANA_CLOSED_ERROR', true],
    ['CLIENT_CLOSED', true],
    ['SQLITE_CONSTRAINT_FOREIGNKEY', false],
    ['SQLITE_ERROR', false],
    ['ERR_INVALID_ARG_TYPE', false],
  ])('with code %s means that the database is unavailable: %s', (code, gone) => {
    const fault = faultOf(new Error('failed', { cause: Object.assign(new Error(canary), { code }) }), 'users.find');
    expect(fault).toMatchObject(gone ? { code: 'STORE_UNAVAILABLE', cause: code } : { name: 'StoreError', code });
  });
});
