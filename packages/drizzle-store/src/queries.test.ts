import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aDevice, anEvent, aSession, aUser } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { openConnection } from './engine/native-connection.js';
import { openNativeEngine } from './engine/native-engine.js';
import { connect } from './engine/query.js';
import { migrate } from './migrate.js';
import { createVerbs } from './verbs.js';

const ROTATION = { now: 1, idleExpiresAt: 2 };

/** Every statement of every verb. */
async function statements(): Promise<string[]> {
  const seen = new Set<string>();
  const verbs = createVerbs(
    connect(async (sql) => {
      seen.add(sql);
      // One row, so that verbs that go on after a success do.
      return [['x', ...Array<null>(40).fill(null)]];
    }),
  );
  const { users, sessions, devices, events } = verbs;
  await Promise.allSettled([
    users.insert(aUser()),
    users.findByUsername('a'),
    users.findByEmail('a'),
    users.updateProfile('x', { username: 'a' }, 1),
    users.replacePasswordHash('1', 'a', 'b'),
    users.recordLogin('1', 1, 1),
    users.remove('1', 'admin'),
    sessions.insert(aSession({ userId: '1' })),
    sessions.find('1'),
    sessions.findWithUser('1'),
    sessions.listLive('1', 1),
    sessions.listAll('1'),
    sessions.rotate('1', 0, ROTATION),
    sessions.reauthenticate('1', { at: 1, amr: [], aal: 1 }),
    sessions.revoke('1', 1, 'logout'),
    sessions.revokeAll('1', 1, 'logout'),
    sessions.revokeOldest('1', 1, 1),
    sessions.purge(1, 1),
    devices.insert(aDevice({ userId: '1' }), 1),
    devices.find('1'),
    devices.list('1'),
    devices.touch('1', 1, null),
    devices.remove('1', '1'),
    events.append(anEvent()),
    events.list('1', { limit: 1 }),
    events.anonymize('1'),
    events.purge(1, 1),
  ]);
  return [...seen];
}

describe('the queries', () => {
  it('find what they look for by an index, and sort nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-queries-'));
    const path = join(folder, 'a.db');
    const engine = await openNativeEngine({ path, synchronous: 'normal', waitMs: 1000 });
    await migrate(engine, 1000);
    const connection = openConnection({ path, synchronous: 'normal' });
    const all = await statements();
    expect(all.length).toBeGreaterThan(28);
    for (const sql of all) {
      const params = Array<null>((sql.match(/\?/g) ?? []).length).fill(null);
      const plan = connection.execute(`EXPLAIN QUERY PLAN ${sql}`, params).map((row) => String(row[3]));
      const slow = plan.filter((step) => /^SCAN (?!CONSTANT)|TEMP B-TREE/.test(step));
      expect({ sql, slow }).toEqual({ sql, slow: [] });
    }
    connection.close();
    await engine.close();
    rmSync(folder, { recursive: true });
  });
});
