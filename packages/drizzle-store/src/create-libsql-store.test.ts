import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@sallyport/core';
import {
  aBackupCode,
  aDevice,
  aFactor,
  aMessage,
  anEvent,
  aOneTimeToken,
  aSession,
  aUser,
  describeStoreContract,
} from '@sallyport/core/testing';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';
import { openConnection } from './engine/native-connection.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-libsql-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string) => join(folder, `${name}.db`);
const open = async (name: string) => createLibsqlStore({ url: `file:${pathOf(name)}` });

describeStoreContract('a libsql file', async () => open('contract'), { describe, it });
describe('a libsql file', () => {
  it('is found again by a relative, an absolute and a percent-encoded URL', async () => {
    const user = aUser();
    const first = await createLibsqlStore({ url: `file:${folder}/a%20name.db` });
    await first.users.insert(user);
    await first.close();
    for (const url of [`file://${folder}/a%20name.db`, `file:${folder}/./a%20name.db`]) {
      const store = await createLibsqlStore({ url });
      expect(await store.users.find(user.id)).toEqual(user);
      await store.close();
    }
  });

  it('is readable by its owner only, when it is created', async () => {
    const store = await open('private');
    await store.users.insert(aUser());
    expect(statSync(pathOf('private')).mode & 0o777).toBe(0o600);
    expect(statSync(`${pathOf('private')}-wal`).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('does not grow with every purge: what went makes room for what comes', async () => {
    const store = await open('purged');
    const reader = openConnection({ path: pathOf('purged'), synchronous: 'normal' });
    const pages: unknown[] = [];
    for (let cycle = 0; cycle < 4; cycle += 1) {
      await store.transaction(async (tx) => {
        for (let n = 0; n < 500; n += 1) await tx.events.append(anEvent({ at: 1 }));
      });
      for (let purged = 1; purged > 0; ) purged = await store.purge('events', 2, 100);
      pages.push(...reader.execute('PRAGMA page_count', []).flat());
    }
    expect(Number(pages.at(-1))).toBeLessThan(Number(pages[0]) * 1.1);
    reader.close();
    await store.close();
  });

  it('holds nothing that was deleted or replaced, once it is closed', async () => {
    const store = await open('deleted');
    const user = aUser({ name: 'c4n4ry-name', passwordHash: 'c4n4ry-first' });
    await store.users.insert(user);
    await store.users.replacePasswordHash(user.id, 'c4n4ry-first', 'c4n4ry-second');
    await store.sessions.insert(aSession({ userId: user.id, refreshSalt: 'c4n4ry-salt' }));
    await store.devices.insert(aDevice({ userId: user.id, secretHash: 'c4n4ry-device' }), 5);
    await store.events.append(anEvent({ at: 1, userAgent: 'c4n4ry-agent' }));
    await store.factors.begin(aFactor({ userId: user.id, sealedSecret: 'c4n4ry-first-secret' }));
    await store.factors.begin(aFactor({ userId: user.id, sealedSecret: 'c4n4ry-second-secret' }));
    await store.backupCodes.replace(user.id, [aBackupCode({ userId: user.id, codeHash: 'c4n4ry-code' })]);
    await store.oneTimeTokens.insert(aOneTimeToken({ userId: user.id, payload: { email: 'c4n4ry-email' } }));
    const sent = aMessage({ sealedMessage: 'c4n4ry-sent' });
    await store.outbox.insert(sent);
    await store.outbox.lease({ now: sent.nextAttemptAt, until: sent.nextAttemptAt + 1, limit: 1 });
    await store.outbox.release({ id: sent.id, leasedUntil: sent.nextAttemptAt + 1 }, { kind: 'sent', at: sent.nextAttemptAt });
    await store.outbox.insert(aMessage({ userId: user.id, sealedMessage: 'c4n4ry-unsent' }));
    await store.counters.take({ hitId: '1', key: 'c4n4ry-key', limits: [], now: 1 });
    await store.counters.clear('c4n4ry-key');
    expect(readFileSync(`${pathOf('deleted')}-wal`).includes('c4n4ry-')).toBe(true);
    await store.users.remove(user.id, 'admin');
    await store.purge('events', 2, 10);
    await store.close();
    expect(readFileSync(pathOf('deleted')).includes('c4n4ry-')).toBe(false);
    expect(statSync(`${pathOf('deleted')}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });

  it.each([
    ['file::memory:', 'a file'],
    ['file:a.db?mode=ro', '?'],
    [`file:${folder}/nowhere/a.db`, 'folder'],
    ['postgres://localhost/a', 'file:'],
  ])('says at once what is wrong with %s', async (url, reason) => {
    const opening = createLibsqlStore({ url });
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(reason);
  });

  it('says what to install for a server', async () => {
    vi.doMock('@libsql/client', () => {
      throw new Error('not installed');
    });
    await expect(createLibsqlStore({ url: 'libsql://localhost' })).rejects.toThrow('install @libsql/client');
    vi.doUnmock('@libsql/client');
  });

  it('is unavailable where it is not a file', async () => {
    await expect(createLibsqlStore({ url: `file:${folder}` })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
