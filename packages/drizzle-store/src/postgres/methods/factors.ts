import type { FactorStore } from '@sallyport/core';
import { and, asc, desc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundRow, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { lockUser } from './locks.js';

/** Adding or confirming a factor holds the user's lock, so that a user never has two factors of one method. */
export function factorMethods(session: Session): FactorStore {
  const { db, held, schema } = session;
  const { factors, users } = schema;
  const columns = recordColumns(factors);
  const returningId = { id: factors.id };
  const id = eq(factors.id, bound('id'));
  const ofUser = eq(factors.userId, bound('userId'));
  const ofMethod = and(ofUser, eq(factors.method, bound('method')));
  const confirmed = isNotNull(factors.confirmedAt);
  const pending = isNull(factors.confirmedAt);

  const lock = lockUser(session, 'factors.begin');
  const findConfirmed = query('factors.begin', () => db.select(returningId).from(factors).where(and(ofMethod, confirmed)));
  const dropPending = query('factors.begin', () => db.delete(factors).where(and(ofMethod, pending)));
  const insert = query('factors.begin', () => db.insert(factors).values(boundRow(factors)));
  const find = query('factors.find', () => held(db.select(columns).from(factors).where(id)));
  const list = query('factors.list', () => held(db.select(columns).from(factors).where(ofUser).orderBy(desc(factors.id))));
  const listConfirmed = query('factors.listConfirmed', () =>
    held(
      db
        .select(columns)
        .from(factors)
        .where(and(ofUser, confirmed))
        .orderBy(asc(factors.confirmedAt), asc(factors.id)),
    ),
  );
  const lockOwner = query('factors.confirm', () =>
    db
      .select({ id: users.id })
      .from(users)
      .where(eq(users.id, sql`(select ${factors.userId} from ${factors} where ${id})`))
      .for('no key update'),
  );
  const confirm = query('factors.confirm', () =>
    db
      .update(factors)
      .set({ confirmedAt: moment('at'), lastStep: bound('step') })
      .where(
        and(
          id,
          // Do not remove the set-up itself either, if another one was confirmed first.
          sql`not exists (
            select 1 from ${factors} as held
            where held.user_id = ${factors.userId} and held.method = ${factors.method} and held.confirmed_at is not null)`,
        ),
      )
      .returning(returningId),
  );
  const advanceStep = query('factors.advanceStep', () =>
    db
      .update(factors)
      .set({ lastStep: bound('step') })
      .where(and(id, or(isNull(factors.lastStep), lt(factors.lastStep, bound('step')))))
      .returning(returningId),
  );
  const removeAll = query('factors.removeAll', () => db.delete(factors).where(ofUser).returning({ confirmedAt: factors.confirmedAt }));

  return {
    begin: async (factor) =>
      session.atomically(async () => {
        const { userId, method } = factor;
        await lock({ userId });
        if ((await findConfirmed({ userId, method })).length > 0) return false;
        await dropPending({ userId, method });
        await insert({ ...factor });
        return true;
      }),
    find: async (factorId) => (await find({ id: factorId }))[0] ?? null,
    list: async (userId) => list({ userId }),
    listConfirmed: async (userId) => listConfirmed({ userId }),
    confirm: async (factorId, at, step) =>
      session.atomically(async () => {
        await lockOwner({ id: factorId });
        return (await confirm({ id: factorId, at, step })).length > 0;
      }),
    // One conditional UPDATE: the second of two concurrent ones compares with the step that the first has stored.
    advanceStep: async (factorId, step) => (await advanceStep({ id: factorId, step })).length > 0,
    // Under the user's lock: otherwise a set-up that is being confirmed would be missed.
    removeAll: async (userId) =>
      session.atomically(async () => {
        await lock({ userId });
        return (await removeAll({ userId })).filter(({ confirmedAt }) => confirmedAt !== null).length;
      }),
  };
}
