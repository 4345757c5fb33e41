import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthStore } from '@sallyport/core';
import { expect, it, onTestFinished } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';
import { openConnection } from './engine/open-connection.test-kit.js';
import { MIGRATIONS } from './migrations.js';

const aPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-inspect-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'a.db');
};

const open = async (path: string, migrate = true): Promise<AuthStore> => {
  const store = await createLibsqlStore({ url: `file:${path}`, migrate });
  onTestFinished(() => store.close());
  return store;
};

it('inspecting a database reports missing and newer migrations and its clock, and changes nothing', async () => {
  const path = aPath();
  const tags = MIGRATIONS.map(({ tag }) => tag);
  const raw = await open(path, false);
  expect(await raw.inspect?.()).toMatchObject({ pendingMigrations: tags, unknownMigrations: [] });
  await expect(raw.users.find('1')).rejects.toThrow('SQLITE_ERROR');

  const store = await open(path);
  expect(await store.inspect?.()).toMatchObject({ pendingMigrations: [], unknownMigrations: [] });
  const newer = openConnection({ path, synchronous: 'normal' });
  newer.execute("INSERT INTO auth_migrations VALUES ('0099_future', 0)", []);
  newer.close();
  const before = Date.now();
  const status = await raw.inspect?.();
  expect(status).toMatchObject({ pendingMigrations: [], unknownMigrations: ['0099_future'] });
  expect(Math.abs((status?.now ?? 0) - before)).toBeLessThan(5_000);
});
