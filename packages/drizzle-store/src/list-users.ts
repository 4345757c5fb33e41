import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { UserFilter, UserRecord, UserStore } from '@sallyport/core';
import { and, count, desc, eq, gte, isNotNull, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { bound, query } from './engine/query.js';
import type { Session } from './session.js';
import { userStatus } from './tables/users.js';

/** Sort after and before every ULID. */
const AFTER_LAST_ID = '~';
const BEFORE_FIRST_ID = '';

/** The maximum number of rows that a statement reads, since SQLite blocks the process: 1 to 2 ms for either. */
const SEARCHED_AT_ONCE = 2_000;
const COUNTED_AT_ONCE = 10_000;

export function listUsers(session: Session): Pick<UserStore, 'list' | 'count'> {
  const queriesOf = cachedByFilter((filter) => queries(session, filter));

  /** The rows with this role and status, split into ranges of ids, in descending order. */
  async function* stretches(filter: UserFilter, { beforeId, size }: { readonly beforeId: string; readonly size: number }) {
    const { boundary } = queriesOf(filter);
    for (let before = beforeId; before !== BEFORE_FIRST_ID; ) {
      const [last] = await boundary({ ...filter, before, skip: size - 1 });
      const from = last?.id ?? BEFORE_FIRST_ID;
      yield { from, before };
      before = from;
      await yieldToEventLoop();
    }
  }

  return {
    async list({ filter, limit, beforeId = AFTER_LAST_ID }) {
      const { select } = queriesOf(filter);
      // Every row of the index is on the page, so no scan is needed.
      if (!isScanned(filter)) return select({ ...filter, from: BEFORE_FIRST_ID, before: beforeId, limit });
      const found: UserRecord[] = [];
      for await (const stretch of stretches(filter, { beforeId, size: SEARCHED_AT_ONCE })) {
        found.push(...(await select({ ...filter, ...stretch, limit: limit - found.length })));
        if (found.length === limit) break;
      }
      return found;
    },
    async count(filter) {
      const size = isScanned(filter) ? SEARCHED_AT_ONCE : COUNTED_AT_ONCE;
      let total = 0;
      for await (const stretch of stretches(filter, { beforeId: AFTER_LAST_ID, size })) {
        total += (await queriesOf(filter).count({ ...filter, ...stretch }))[0]?.total ?? 0;
      }
      return total;
    },
  };
}

/** Not LIKE: its wildcards would be the client's, and it folds case. */
const contains = (column: SQLiteColumn): SQL => sql`instr(${column}, ${bound('search')}) > 0`;

/** Whether rows have to be read to check the filter: no index covers these parts of it. */
const isScanned = ({ search, emailVerified, hasLoggedIn }: UserFilter): boolean =>
  search !== undefined || emailVerified !== undefined || hasLoggedIn !== undefined;

/** The condition that the column is null or not null; no condition if the filter does not say. */
function has(column: SQLiteColumn, wanted: boolean | undefined): SQL | undefined {
  if (wanted === undefined) return undefined;
  return wanted ? isNotNull(column) : isNull(column);
}

function queries({ db, schema }: Session, { role, status, emailVerified, hasLoggedIn, search }: UserFilter) {
  const { users } = schema;
  const indexed = and(
    role === undefined ? undefined : eq(users.role, bound('role')),
    status === undefined ? undefined : sql`${userStatus} = ${bound('status')}`,
    lt(users.id, bound('before')),
  );
  const found: SQL | undefined = and(
    has(users.emailVerifiedAt, emailVerified),
    has(users.lastLoginAt, hasLoggedIn),
    search === undefined ? undefined : or(contains(users.email), contains(users.username), contains(users.searchName)),
  );
  const matching = and(indexed, gte(users.id, bound('from')), found);
  return {
    boundary: query('users.list', () =>
      db.select({ id: users.id }).from(users).where(indexed).orderBy(desc(users.id)).limit(1).offset(sql.placeholder('skip')),
    ),
    select: query('users.list', () =>
      db.select().from(users).where(matching).orderBy(desc(users.id)).limit(sql.placeholder('limit')),
    ),
    count: query('users.count', () => db.select({ total: count() }).from(users).where(matching)),
  };
}

/** Caches queries by which parts of a filter are given, and for booleans by their value. */
function cachedByFilter<T>(make: (filter: UserFilter) => T): (filter: UserFilter) => T {
  const made = new Map<string, T>();
  return (filter) => {
    const { role, status, emailVerified, hasLoggedIn, search } = filter;
    const given = [role, status, search].map((part) => part !== undefined);
    const shape = [...given, emailVerified, hasLoggedIn].join();
    const known = made.get(shape) ?? make(filter);
    made.set(shape, known);
    return known;
  };
}
