import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openConnection } from './engine/open-connection.test-kit.js';
import { openNativeEngine } from './engine/native-engine.js';
import { connect } from './engine/query.js';
import { schema } from './index.js';
import { FILTERS } from './method-calls.test-kit.js';
import { createMethods } from './methods.js';
import { migrate } from './migrate.js';
import { listStatements } from './statements.test-kit.js';

/** The query plan of each statement. */
async function plans(all: readonly string[]): Promise<readonly (readonly [string, readonly string[]])[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-queries-'));
  const path = join(folder, 'a.db');
  const engine = await openNativeEngine({ path, synchronous: 'normal', waitMs: 1000 });
  await migrate(engine, { tablePrefix: 'auth_', waitMs: 1000 });
  const connection = openConnection({ path, synchronous: 'normal' });
  const explained = all.map((sql) => {
    const params = Array<null>((sql.match(/\?/g) ?? []).length).fill(null);
    return [sql, connection.execute(`EXPLAIN QUERY PLAN ${sql}`, params).map((row) => String(row[3]))] as const;
  });
  connection.close();
  await engine.close();
  rmSync(folder, { recursive: true });
  return explained;
}

describe('the queries', () => {
  it('use an index, and do not sort', async () => {
    const all = await listStatements();
    expect(all.length).toBeGreaterThan(85);
    for (const [sql, plan] of await plans(all)) {
      // Scans are fine for lists bound as JSON, for subqueries with a limit, and for the oldest requests to anonymize, which are
      // read in index order.
      const slow = plan.filter((step) => /^SCAN (?!CONSTANT|json_each |held |first_due$|auth_anonymizations USING INDEX )|TEMP B-TREE/.test(step));
      expect({ sql, slow }).toEqual({ sql, slow: [] });
    }
  });

  it('read and count a page of users from one range of the index for the filter', async () => {
    const indexes = FILTERS.map(({ role, status }) =>
      role === undefined
        ? status === undefined ? 'sqlite_autoindex_auth_users_1 (' : 'auth_users_status (<expr>=? AND '
        : status === undefined ? 'auth_users_role (role=? AND ' : 'auth_users_role_status (role=? AND <expr>=? AND ',
    );
    const seen = new Set<string>();
    const { users } = createMethods({ db: connect(async (sql) => (seen.add(sql), [])), schema });
    for (const [at, filter] of FILTERS.entries()) {
      seen.clear();
      await users.list({ filter, limit: 1 });
      await users.count(filter);
      for (const [sql, plan] of await plans([...seen])) {
        const using = plan.map((step) => step.replace('COVERING ', ''));
        expect([sql, using]).toEqual([sql, [expect.stringContaining(`SEARCH auth_users USING INDEX ${indexes[at]}id`)]]);
      }
    }
  });
});
