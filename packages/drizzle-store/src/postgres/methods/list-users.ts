import type { UserFilter, UserStore } from '@sallyport/core';
import { type SQL, and, count, desc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { query } from '../connection/query.js';
import { bound, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { userStatus } from '../tables/users.js';

/** Reads of one statement each. A page is a range of the index for its filter; a search scans that range. */
export function listUsers({ db, schema }: Session): Pick<UserStore, 'list' | 'count'> {
  const { users } = schema;
  const columns = recordColumns(users);

  const queriesOf = cachedByFilter(({ role, status, emailVerified, hasLoggedIn, search }, beforeId) => {
    const matching = and(
      role === undefined ? undefined : eq(users.role, bound('role')),
      status === undefined ? undefined : sql`${userStatus} = ${bound('status')}`,
      beforeId === undefined ? undefined : lt(users.id, bound('beforeId')),
      has(users.emailVerifiedAt, emailVerified),
      has(users.lastLoginAt, hasLoggedIn),
      search === undefined ? undefined : contains(users, 'search'),
    );
    return {
      select: query('users.list', () =>
        db.select(columns).from(users).where(matching).orderBy(desc(users.id)).limit(sql.placeholder('limit')),
      ),
      count: query('users.count', () => db.select({ total: count() }).from(users).where(matching)),
    };
  });

  return {
    list: async ({ filter, limit, beforeId }) => queriesOf(filter, beforeId).select({ ...filter, limit, beforeId }),
    count: async (filter) => (await queriesOf(filter).count({ ...filter }))[0]?.total ?? 0,
  };
}

/** The condition that the column is null or not null; no condition if the filter does not say. */
function has(column: PgColumn, wanted: boolean | undefined): SQL | undefined {
  if (wanted === undefined) return undefined;
  return wanted ? isNotNull(column) : isNull(column);
}

/** Whether a text that users are found by contains the one called `name`. Not LIKE: a client could send its wildcards. */
function contains({ email, username, searchName }: Session['schema']['users'], name: string): SQL | undefined {
  return or(...[email, username, searchName].map((text) => sql`strpos(${text}, ${bound(name)}) > 0`));
}

/** Caches queries by which parts of a filter are given, and for booleans by their value. */
function cachedByFilter<T>(make: (filter: UserFilter, beforeId?: string) => T): (filter: UserFilter, beforeId?: string) => T {
  const made = new Map<string, T>();
  return (filter, beforeId) => {
    const { role, status, emailVerified, hasLoggedIn, search } = filter;
    const given = [role, status, search, beforeId].map((part) => part !== undefined);
    const shape = [...given, emailVerified, hasLoggedIn].join();
    const known = made.get(shape) ?? make(filter, beforeId);
    made.set(shape, known);
    return known;
  };
}
