import type { UserFilter, UserStore } from '@sallyport/core';
import { type SQL, and, count, desc, eq, lt, or, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { userStatus } from '../tables/users.js';

/** Reads of one statement each: a page is a stretch of the index of its filter. A search goes through that stretch. */
export function listUsers({ db, schema }: Session): Pick<UserStore, 'list' | 'count'> {
  const { users } = schema;
  const columns = recordColumns(users);

  const queriesOf = perShape(({ role, status, search }, beforeId) => {
    const matching = and(
      role === undefined ? undefined : eq(users.role, bound('role')),
      status === undefined ? undefined : sql`${userStatus} = ${bound('status')}`,
      beforeId === undefined ? undefined : lt(users.id, bound('beforeId')),
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

/** Whether a text that users are found by contains the one called `name`. Not LIKE: a client could send its wildcards. */
function contains({ email, username, searchName }: Session['schema']['users'], name: string): SQL | undefined {
  return or(...[email, username, searchName].map((text) => sql`strpos(${text}, ${bound(name)}) > 0`));
}

/** Makes what depends on which parts of a filter are given, not on their values, once for each. */
function perShape<T>(make: (filter: UserFilter, beforeId?: string) => T): (filter: UserFilter, beforeId?: string) => T {
  const made = new Map<string, T>();
  return (filter, beforeId) => {
    const { role, status, search } = filter;
    const shape = [role, status, search, beforeId].map((part) => (part === undefined ? '-' : '+')).join('');
    const known = made.get(shape) ?? make(filter, beforeId);
    made.set(shape, known);
    return known;
  };
}
