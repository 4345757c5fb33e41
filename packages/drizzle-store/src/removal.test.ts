import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import { aUser, fakeClock, inbox, loginAs, totp } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';

const NEW_PASSWORD = 'a battery of correct horses';
const ADMIN_PASSWORD = 'the admin password of tests';
/** Searched for in the bytes of the file, case-insensitively. */
const CANARIES = ['canary', '+14155550199', '203.0.113.77'];

/** Enough other users that SQLite moves rows from page to page as its trees grow and shrink. */
const OTHERS = 300;

it('a removed user leaves no trace in the database file, its log or its shared memory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-removal-'));
  const path = join(folder, 'a.db');
  const store = await createLibsqlStore({ url: `file:${path}` });
  const [clock, mail] = [fakeClock(), inbox()];
  const options = { passwords: { cost: 4 }, registration: { adminPassword: ADMIN_PASSWORD }, logger: false, clock } as const;
  const auth = createAuth({ secret: 'the secret of tests, 32 bytes long or more', store, notifier: mail, ...options });
  const caller = { ip: '203.0.113.77', userAgent: 'canary browser' };
  const person = { email: 'canary@canary.example', name: 'Canary Ångström', username: 'canary.ada' };
  const admin = await loginAs(auth, { email: 'admin@example.com', role: 'admin' });
  const others = async () =>
    store.transaction(async (tx) => {
      for (let n = 0; n < OTHERS; n += 1) await tx.users.insert(aUser({ username: `z${n}`.padStart(5, 'a') }));
    });
  await others();

  // Create data of every kind: two addresses, names and factors, delivered and undelivered mails, and administrative actions.
  const ada = await loginAs(auth, { ...person, ...caller, role: 'admin' });
  const asAda = { ...caller, accessToken: ada.accessToken };
  await auth.api.updateMe({ name: 'Canary Second' }, asAda);
  await auth.api.updateUser({ id: admin.userId, name: 'Root' }, asAda);
  await auth.api.requestPasswordReset({ email: person.email }, caller);
  await auth.api.login({ email: person.email, password: 'not the canary' }, caller).catch(() => undefined);
  const sms = await auth.api.setUpTwoFactor({ method: 'sms', phone: '+14155550199' }, asAda);
  expect(sms).toHaveProperty('destination');
  const setUp = await auth.api.setUpTwoFactor({}, asAda);
  await auth.api.enableTwoFactor({ token: totp('secret' in setUp ? setUp.secret : '', clock) }, asAda);
  await auth.api.login({ email: person.email, password: ada.password }, caller);
  await store.users.setPhone(ada.userId, '+14155550199', clock.now());
  const asAdmin = { accessToken: admin.accessToken };
  await auth.api.updateUser({ id: ada.userId, email: 'second@canary.example', username: 'canary.two', role: 'user' }, asAdmin);
  mail.hang();
  await auth.api.startPasswordReset({ id: ada.userId }, asAdmin);
  await auth.api.requestVerification({ email: 'second@canary.example' }, caller);
  await others();
  const before = readFileSync(path).toString('latin1') + readFileSync(`${path}-wal`).toString('latin1');
  expect(before.toLowerCase()).toContain('canary');
  expect(before).toContain('+14155550199');

  await auth.api.removeUser({ id: ada.userId }, asAdmin);
  // Also an invited user who never registered.
  const { user } = await auth.api.inviteUser({ ...person, role: 'user' }, asAdmin);
  await auth.api.removeUser({ id: user.id }, asAdmin);
  await auth.api.resetPassword({ token: 'f'.repeat(64), newPassword: NEW_PASSWORD }).catch(() => undefined);
  expect((await store.events.list(ada.userId, { limit: 100 })).length).toBeGreaterThan(10);

  // Check while the store is open too, since a server runs for months.
  expectNoTraceIn(path);
  await store.close();
  expectNoTraceIn(path);
  rmSync(folder, { recursive: true });
});

function expectNoTraceIn(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`].filter(existsSync)) {
    const content = readFileSync(file).toString('latin1').toLowerCase();
    const found = CANARIES.filter((canary) => content.includes(canary));
    expect([file, found.map((canary) => content.slice(content.indexOf(canary) - 60, content.indexOf(canary) + 60))]).toEqual([file, []]);
  }
}
