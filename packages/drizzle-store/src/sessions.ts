import type { SessionStore } from '@sallyport/core';
import { and, desc, eq, gt, inArray, isNull, lt, lte, ne, notInArray, sql } from 'drizzle-orm';
import { bound, boundRow, query } from './engine/query.js';
import type { Session } from './session.js';
import { sessionOverAt } from './tables/sessions.js';

export function sessionMethods({ db, schema }: Session): SessionStore {
  const { sessions, users } = schema;
  const id = eq(sessions.id, bound('id'));
  const ofUser = eq(sessions.userId, bound('userId'));
  const live = and(isNull(sessions.revokedAt), gt(sessions.idleExpiresAt, bound('at')), gt(sessions.expiresAt, bound('at')));
  const rotated = {
    refreshCounter: sql`${sessions.refreshCounter} + 1`,
    rotatedAt: bound('at'),
    lastUsedAt: bound('at'),
    idleExpiresAt: bound('idleExpiresAt'),
  };
  const proven = { authenticatedAt: bound('at'), amr: bound('amr', sessions.amr), aal: bound('aal') };
  const liveAtCounter = and(id, eq(sessions.refreshCounter, bound('fromCounter')), live);
  const ended = { revokedAt: bound('at'), revokeReason: bound('reason') };
  const returningId = { id: sessions.id };

  const insert = query('sessions.insert', () =>
    db
      .insert(sessions)
      .values(boundRow(sessions))
      // The row itself is counted: SQLite computes this after it has inserted the row.
      .returning({ stored: sql<number>`(select count(*) from ${sessions} where ${ofUser})` }),
  );
  const find = query('sessions.find', () => db.select().from(sessions).where(id));
  const findWithUser = query('sessions.findWithUser', () =>
    db.select({ session: sessions, user: users }).from(sessions).innerJoin(users, eq(users.id, sessions.userId)).where(id),
  );
  const listLive = query('sessions.list', () =>
    db.select().from(sessions).where(and(ofUser, live)).orderBy(desc(sessions.id)),
  );
  const listAll = query('sessions.list', () =>
    db.select().from(sessions).where(ofUser).orderBy(desc(sessions.id)),
  );
  const rotate = query('sessions.rotate', () =>
    db.update(sessions).set(rotated).where(liveAtCounter).returning(returningId),
  );
  const reauthenticate = query('sessions.reauthenticate', () =>
    db.update(sessions).set(proven).where(and(id, live)).returning(returningId),
  );
  const markSeen = query('sessions.markSeen', () =>
    db
      .update(sessions)
      .set({ lastUsedAt: sql`max(${bound('at')}, ${sessions.rotatedAt} + 1)` })
      .where(and(id, eq(sessions.refreshCounter, bound('counter')), lte(sessions.lastUsedAt, sessions.rotatedAt))),
  );
  const stepUp = query('sessions.rotate', () =>
    db.update(sessions).set({ ...rotated, ...proven }).where(liveAtCounter).returning(returningId),
  );
  const revoke = query('sessions.revoke', () =>
    db.update(sessions).set(ended).where(and(id, isNull(sessions.revokedAt))).returning(returningId),
  );
  const revokeAll = query('sessions.revokeAll', () =>
    db.update(sessions).set(ended).where(and(ofUser, live, ne(sessions.id, bound('except')))).returning(returningId),
  );
  const revokeOldest = query('sessions.revokeOldest', () =>
    db
      .update(sessions)
      .set(ended)
      .where(and(ofUser, live, notInArray(sessions.id, newest())))
      .returning(returningId),
  );
  const forgetOver = query('sessions.forgetOver', () => db.delete(sessions).where(inArray(sessions.id, endedBeyondKeep())));
  const endedBeyondKeep = () =>
    db
      .select(returningId)
      .from(sessions)
      .where(and(ofUser, lt(sessionOverAt, bound('at'))))
      .orderBy(desc(sessions.id))
      // SQLite has no offset without a limit; a negative one is none.
      .limit(sql.placeholder('unlimited'))
      .offset(sql.placeholder('keep'));
  const newest = () =>
    db
      .select(returningId)
      .from(sessions)
      .where(and(ofUser, live))
      .orderBy(desc(sessions.id))
      .limit(sql.placeholder('keep'));

  return {
    insert: async (session) => (await insert({ ...session }))[0]?.stored ?? 0,
    find: async (sessionId) => (await find({ id: sessionId }))[0] ?? null,
    findWithUser: async (sessionId) => (await findWithUser({ id: sessionId }))[0] ?? null,
    list: async (userId, filter) => (filter === undefined ? listAll({ userId }) : listLive({ userId, at: filter.liveAt })),
    async rotate(sessionId, fromCounter, { now, idleExpiresAt, proof }) {
      const values = { id: sessionId, fromCounter, at: now, idleExpiresAt };
      const moved = proof === undefined ? await rotate(values) : await stepUp({ ...values, ...proof });
      return moved.length > 0;
    },
    markSeen: async (sessionId, counter, at) => void (await markSeen({ id: sessionId, counter, at })),
    reauthenticate: async (sessionId, { at, amr, aal }) =>
      (await reauthenticate({ id: sessionId, at, amr, aal })).length > 0,
    revoke: async (sessionId, at, reason) => (await revoke({ id: sessionId, at, reason })).length > 0,
    // No session has the empty id, so without an exception there is none.
    revokeAll: async (userId, at, reason, except = '') =>
      (await revokeAll({ userId, at, reason, except })).length,
    forgetOver: async (userId, keep, at) => void (await forgetOver({ userId, keep, at, unlimited: -1 })),
    async revokeOldest(userId, keep, at) {
      const rows = await revokeOldest({ userId, keep, at, reason: 'session-limit' });
      return rows.map((row) => row.id);
    },
  };
}
