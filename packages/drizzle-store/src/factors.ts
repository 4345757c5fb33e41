import type { FactorStore } from '@sallyport/core';
import { and, asc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { bound, boundRow, query } from './engine/query.js';
import { newestFirst } from './newest-first.js';
import type { Session } from './session.js';

export function factorMethods({ db, schema }: Session): FactorStore {
  const { factors } = schema;
  const id = eq(factors.id, bound('id'));
  const ofUser = eq(factors.userId, bound('userId'));
  const ofMethod = and(ofUser, eq(factors.method, bound('method')));
  const confirmed = isNotNull(factors.confirmedAt);
  const pending = isNull(factors.confirmedAt);
  const returningId = { id: factors.id };

  const findConfirmed = query('factors.begin', () => db.select(returningId).from(factors).where(and(ofMethod, confirmed)));
  const dropPending = query('factors.begin', () => db.delete(factors).where(and(ofMethod, pending)));
  const insert = query('factors.begin', () => db.insert(factors).values(boundRow(factors)));
  const find = query('factors.find', () => db.select().from(factors).where(id));
  const list = query('factors.list', () => db.select().from(factors).where(ofUser));
  const listConfirmed = query('factors.listConfirmed', () =>
    db.select().from(factors).where(and(ofUser, confirmed)).orderBy(asc(factors.confirmedAt), asc(factors.id)),
  );
  const confirm = query('factors.confirm', () =>
    db
      .update(factors)
      .set({ confirmedAt: bound('at'), lastStep: bound('step') })
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
  const removeAll = query('factors.removeAll', () =>
    db.delete(factors).where(ofUser).returning({ confirmedAt: factors.confirmedAt }),
  );

  return {
    async begin(factor) {
      // Nothing runs between these: a writing method holds the database's write lock.
      if ((await findConfirmed({ userId: factor.userId, method: factor.method })).length > 0) return false;
      await dropPending({ userId: factor.userId, method: factor.method });
      await insert({ ...factor });
      return true;
    },
    find: async (factorId) => (await find({ id: factorId }))[0] ?? null,
    list: async (userId) => newestFirst(await list({ userId })),
    listConfirmed: async (userId) => listConfirmed({ userId }),
    confirm: async (factorId, at, step) => (await confirm({ id: factorId, at, step })).length > 0,
    advanceStep: async (factorId, step) => (await advanceStep({ id: factorId, step })).length > 0,
    async removeAll(userId) {
      const removed = await removeAll({ userId });
      return removed.filter(({ confirmedAt }) => confirmedAt !== null).length;
    },
  };
}
