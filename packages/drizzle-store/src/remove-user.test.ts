import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aBackupCode, aDevice, aFactor, aMessage, anEvent, anIdentity, aOneTimeToken, aPasskey, aSession, aUser } from '@sallyport/core/testing';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { openConnection } from './engine/open-connection.test-kit.js';
import { connect } from './engine/query.js';
import { createLibsqlStore, schema } from './index.js';
import { createMethods } from './methods.js';

it('a removed user leaves only events and the request to anonymize them, even if the database does not enforce foreign keys', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-remove-'));
  const path = join(folder, 'a.db');
  await (await createLibsqlStore({ url: `file:${path}` })).close();
  const connection = openConnection({ path, synchronous: 'normal' });
  connection.execute('PRAGMA foreign_keys = OFF', []);
  const methods = createMethods({ db: connect(async (sql, params) => connection.execute(sql, params)), schema });
  const [user, other] = [aUser(), aUser()];
  for (const { id: userId, ...rest } of [user, other]) {
    await methods.users.insert({ id: userId, ...rest });
    await methods.sessions.insert(aSession({ userId }));
    await methods.devices.insert(aDevice({ userId }), 5);
    await methods.factors.begin(aFactor({ userId }));
    await methods.backupCodes.replace(userId, [aBackupCode({ userId })]);
    await methods.passkeys.insert(aPasskey({ userId }), 1);
    await methods.identities.insert(anIdentity({ userId, subject: userId }), 5);
    await methods.oneTimeTokens.insert(aOneTimeToken({ userId }));
    await methods.attempts.take({ key: userId, userId, now: 1, waitsMs: [0], forgetAfterMs: 1 });
    await methods.outbox.insert(aMessage({ userId }));
    await methods.events.append(anEvent({ userId }));
    await methods.events.requestAnonymization({ userId, requestedAt: 1 });
  }
  expect(await methods.users.remove(user.id, 'admin')).toBe('removed');
  const tables = Object.values(schema).filter((table) => 'userId' in getTableColumns(table));
  const rowsOf = (userId: string) =>
    tables.map((table) => {
      const [row] = connection.execute(`SELECT count(*) FROM ${getTableName(table)} WHERE user_id = ?`, [userId]);
      return [getTableName(table), row?.[0]];
    });
  const names = tables.map((table) => getTableName(table));
  const outlive = ['auth_events', 'auth_anonymizations'];
  expect(rowsOf(user.id)).toEqual(names.map((name) => [name, outlive.includes(name) ? 1 : 0]));
  expect(rowsOf(other.id)).toEqual(names.map((name) => [name, 1]));
  connection.close();
  rmSync(folder, { recursive: true });
});
