import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import { aBackupCode, aDevice, aFactor, aMessage, anEvent, anIdentity, aOneTimeToken, aPasskey, aSession, inbox, loginAs } from '@sallyport/core/testing';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { createLibsqlStore, schema } from './index.js';

/** `shown`: the column is in `GET /me/export`. Any other text is the reason why it is not. */
const SECRET = 'a secret, or the hash of one';
const INNER = 'only meaningful to the library';
const ID = 'an id of another row, and nothing about a person';
const BRIEF = 'counts attempts under an id or a keyed hash, and expires';

/** The decision for every column. New tables and columns must be added here. */
const DECISIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  users: {
    id: 'shown', email: 'shown', emailVerifiedAt: 'shown', username: 'shown', name: 'shown', role: 'shown', passwordHash: SECRET,
    passwordChangedAt: 'shown', phone: 'shown', phoneVerifiedAt: 'shown', twoFactorEnabledAt: 'shown', disabledAt: 'shown',
    securityVersion: INNER, createdAt: 'shown', updatedAt: 'shown', lastLoginAt: 'shown', profile: 'shown',
    searchName: 'the name, folded for searching',
  },
  sessions: {
    id: 'shown', userId: 'shown', deviceId: ID, refreshCounter: INNER, refreshSalt: SECRET, rotatedAt: INNER, createdAt: 'shown',
    lastUsedAt: 'shown', idleExpiresAt: INNER, expiresAt: 'shown', revokedAt: 'shown', revokeReason: 'shown', authenticatedAt: 'shown',
    amr: 'shown', aal: 'shown', ip: 'shown', userAgent: 'shown',
  },
  devices: {
    id: 'shown', userId: 'shown', secretHash: SECRET, userAgent: 'shown', firstSeenAt: 'shown', lastSeenAt: 'shown', trustedUntil: 'shown',
  },
  factors: {
    id: ID, userId: 'shown', method: 'shown', sealedSecret: SECRET, destination: 'shown', sessionId: ID, createdAt: 'shown',
    confirmedAt: 'shown', lastStep: INNER,
  },
  backup_codes: { id: ID, userId: 'shown', codeHash: SECRET, usedAt: 'told by how many are left' },
  passkeys: {
    id: 'shown', userId: 'shown', credentialId: 'shown', publicKey: INNER, userHandle: 'shown', aaguid: 'shown', name: 'shown', counter: INNER,
    transports: 'shown', backedUp: 'shown', createdAt: 'shown', lastUsedAt: 'shown',
  },
  identities: {
    id: 'shown', userId: 'shown', provider: 'shown', issuer: 'shown', subject: 'shown', email: 'shown', sealedTokens: SECRET, linkedAt: 'shown', lastUsedAt: 'shown',
  },
  one_time_tokens: {
    id: ID, userId: 'shown', purpose: 'shown', secretHash: SECRET, subjectId: ID, code: SECRET, payload: 'shown', attempts: 'shown',
    createdAt: 'shown', expiresAt: 'shown', consumedAt: 'shown',
  },
  outbox: {
    id: ID, userId: 'shown', kind: 'shown', sealedMessage: SECRET, createdAt: 'shown', attempts: 'shown', nextAttemptAt: INNER,
    leasedUntil: INNER, sentAt: 'shown', deadAt: 'shown',
  },
  events: {
    id: 'shown', at: 'shown', type: 'shown', outcome: 'shown', userId: 'shown', actorId: 'shown', sessionId: 'shown', ip: 'shown',
    userAgent: 'shown', detail: 'shown', count: 'shown', lastAt: 'shown', refusalKey: INNER,
  },
  anonymizations: { userId: 'of users who are gone', requestedAt: 'of users who are gone' },
  attempts: { key: BRIEF, userId: BRIEF, count: BRIEF, retryAt: BRIEF, refusedAt: BRIEF, expiresAt: BRIEF },
  counters: { id: BRIEF, key: BRIEF, at: BRIEF, expiresAt: BRIEF },
  rate_limits: { key: BRIEF, fullAt: BRIEF },
};

it('every column of every table is in the export, or is excluded for a stated reason', () => {
  const there = Object.values(schema).map((table) => [getTableName(table).replace(/^auth_/, ''), Object.keys(getTableColumns(table)).toSorted(byName)] as const);
  const decided = Object.entries(DECISIONS).map(([table, columns]) => [table, Object.keys(columns).toSorted(byName)] as const);
  expect(Object.fromEntries(decided)).toEqual(Object.fromEntries(there));
});

it('the export contains the listed columns, and no secret', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-export-'));
  const store = await createLibsqlStore({ url: `file:${join(folder, 'a.db')}` });
  const auth = createAuth({ secret: 'the secret of tests, 32 bytes long or more', store, notifier: inbox(), logger: false, passwords: { cost: 4 } });
  onTestFinished(async () => {
    await auth.close();
    rmSync(folder, { recursive: true });
  });
  const { userId, accessToken } = await loginAs(auth, { username: 'countess' });
  const other = await loginAs(auth, { email: 'other@example.com' });
  await store.users.update(userId, { profile: { company: 'Acme' } }, { at: at(), keepLastOf: 'admin' });
  await store.users.setPhone(userId, '+41791234567', at());
  const rows: Readonly<Record<string, object>> = {
    sessions: aSession({ userId, createdAt: at(), lastUsedAt: at(), revokedAt: at(), revokeReason: 'session-limit', authenticatedAt: at(), refreshSalt: 'CANARY salt', ip: '192.0.2.77', userAgent: 'agent of the session' }),
    devices: aDevice({ userId, secretHash: 'CANARY device', userAgent: 'agent of the device', firstSeenAt: at(), lastSeenAt: at(), trustedUntil: at() }),
    factors: aFactor({ userId, method: 'sms', sealedSecret: 'CANARY secret', destination: '+41790000000', createdAt: at() }),
    passkeys: aPasskey({ userId, publicKey: 'CANARY key', aaguid: 'aaguid of the passkey', name: 'name of the passkey', transports: ['hybrid', 'usb'], createdAt: at(), lastUsedAt: at() }),
    identities: anIdentity({ userId, provider: 'acme', issuer: 'https://issuer.example', subject: 'subject of ada', email: 'linked@example.com', sealedTokens: 'CANARY tokens', linkedAt: at(), lastUsedAt: at() }),
    one_time_tokens: aOneTimeToken({ userId, secretHash: 'CANARY token', payload: { email: 'next@example.com' }, createdAt: at(), expiresAt: at(), consumedAt: at() }),
    outbox: aMessage({ userId, kind: 'email-change', sealedMessage: 'CANARY message', createdAt: at(), sentAt: at(), deadAt: at() }),
    events: anEvent({ userId, actorId: userId, at: at(), ip: '192.0.2.78', userAgent: 'agent of the event', detail: { fields: 'detail of the event' }, count: 1_234_567, lastAt: at() }),
  };
  const { sessions, devices, factors, passkeys, oneTimeTokens, outbox, events, backupCodes } = store;
  await sessions.insert(aSession({ ...rows['sessions'], userId }));
  await devices.insert(aDevice({ ...rows['devices'], userId }), 5);
  await factors.begin(aFactor({ ...rows['factors'], userId }));
  await passkeys.insert(aPasskey({ ...rows['passkeys'], userId }), 1);
  await store.identities.insert(anIdentity({ ...rows['identities'], userId }), 5);
  await oneTimeTokens.insert(aOneTimeToken({ ...rows['one_time_tokens'], userId }));
  await outbox.insert(aMessage(rows['outbox']));
  await events.append(anEvent(rows['events']));
  await events.append(anEvent({ actorId: userId, userId: other.userId, userAgent: 'agent of the deed' }));
  await backupCodes.replace(userId, [aBackupCode({ userId, codeHash: 'CANARY code' })]);

  const user = await store.users.find(userId);
  const exported = await auth.api.exportMe({}, { accessToken });
  const text = JSON.stringify(exported);
  const missing = Object.entries({ ...rows, users: { ...user } }).flatMap(([table, row]) =>
    Object.entries(row).flatMap(([column, value]) =>
      DECISIONS[table]?.[column] === 'shown' && value !== null && !isIn(text, value) ? [`${table}.${column}`] : [],
    ),
  );
  expect(missing).toEqual([]);
  expect(exported.backupCodesRemaining).toBe(1);
  expect(exported.deeds).toMatchObject([{ actorId: userId, userAgent: 'agent of the deed' }]);
  expect(text).not.toMatch(/CANARY|\$2b\$/);
  expect(text).not.toContain(other.userId);
});

let moments = Date.UTC(2026, 5, 1);
/** A time that occurs nowhere else. */
function at(): number {
  moments += 86_400_000 + 1;
  return moments;
}

function isIn(text: string, value: unknown): boolean {
  const isTime = typeof value === 'number' && value > 1e12;
  return text.includes(isTime ? new Date(value).toISOString() : JSON.stringify(value));
}

function byName(a: string, b: string): number {
  return a.localeCompare(b);
}
