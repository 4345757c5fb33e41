import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILTERS } from '../method-calls.test-kit.js';
import { connect } from './connection/query.js';
import { createPostgresStore } from './create-postgres-store.js';
import { createMethods } from './methods/methods.js';
import { createSchema } from './schema.js';
import { createTestDatabase, type TestDatabase, whyNoServer } from './server.test-kit.js';
import { type Statement, listStatements } from './statements.test-kit.js';

const missing = await whyNoServer();

/** A step of the query plan from `EXPLAIN (FORMAT JSON)`. */
interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Plan[];
}

const stepsOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(stepsOf)];

describe.skipIf(missing !== null)(`the queries on PostgreSQL${missing === null ? '' : ` (${missing})`}`, () => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    await (await createPostgresStore({ url: database.url })).close();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    // The tables are empty, so the planner would prefer scans. If it scans although that is off, there is no index.
    await client.query('SET enable_seqscan = off');
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const planOf = async ({ text, params }: Statement): Promise<readonly Plan[]> => {
    const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(`EXPLAIN (FORMAT JSON) ${text}`, [...params]);
    return stepsOf(rows[0]?.['QUERY PLAN'][0].Plan ?? { 'Node Type': 'none' });
  };

  it('use an index', async () => {
    const all = await listStatements();
    expect(all.length).toBeGreaterThan(90);
    for (const statement of all) {
      const plan = await planOf(statement);
      // Counting the results of a search over all users reads all users.
      const isSearch = statement.text.startsWith('select count(*) from "auth_users" where (strpos');
      const slow = plan.filter((step) => step['Node Type'] === 'Seq Scan' && !isSearch);
      expect({ text: statement.text, slow }).toEqual({ text: statement.text, slow: [] });
      // Without a condition on the index, a statement must want all rows, or have a limit.
      const whole = plan.filter((step) => step['Node Type'].startsWith('Index') && step['Index Cond'] === undefined);
      const isMeant = /from "auth_users" .*(limit|order)|count\(\*\) from "auth_users"|"auth_outbox".*limit|from "auth_anonymizations" order by .* limit/.test(statement.text);
      expect({ text: statement.text, whole: isMeant ? [] : whole }).toEqual({ text: statement.text, whole: [] });
    }
  });

  it('sort only the rows of one user', async () => {
    await client.query('SET enable_sort = off');
    for (const statement of await listStatements()) {
      const sorts = (await planOf(statement)).filter((step) => step['Node Type'].includes('Sort'));
      const isOfUser = /order by/.test(statement.text) && /"user_id" = /.test(statement.text);
      expect({ text: statement.text, sorts: isOfUser ? [] : sorts }).toEqual({ text: statement.text, sorts: [] });
    }
    await client.query('SET enable_sort = on');
  });

  it('read and count a page of users from the index for the filter', async () => {
    const seen: Statement[] = [];
    const db = connect(async (text, params) => {
      seen.push({ text, params });
      return [];
    });
    const schema = createSchema('auth_');
    const { users } = createMethods({ db, schema, isInTransaction: false, atomically: async (work) => work(), held: (select) => select });
    for (const filter of FILTERS) {
      seen.length = 0;
      await users.list({ filter, limit: 1, beforeId: 'Z' });
      await users.count(filter);
      const parts = [filter.role === undefined ? [] : ['role'], filter.status === undefined ? [] : ['status']].flat();
      const index = parts.length === 0 ? 'auth_users_pkey' : `auth_users_${parts.join('_')}`;
      const [page, count] = seen;
      for (const statement of [page, count]) {
        if (statement === undefined) throw new Error('no statement');
        const used = (await planOf(statement)).map((step) => step['Index Name']).filter((name) => name !== undefined);
        // Counting may use any index that begins with the filter.
        const expected = statement === page ? index : parts.length === 0 ? '' : index;
        const readsAll = statement === count && parts.length === 0 && filter.search !== undefined;
        expect([statement.text, readsAll || used.every((name) => name.startsWith(expected))]).toEqual([statement.text, true]);
      }
    }
  });

  it("do not index last_login_at, so that a login does not rewrite a user's index entries", async () => {
    const { rows } = await client.query<{ definition: string }>(`SELECT indexdef AS definition FROM pg_indexes WHERE tablename = 'auth_users'`);
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter(({ definition }) => definition.includes('last_login_at'))).toEqual([]);
  });
});
