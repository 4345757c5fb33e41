import type { SessionStore } from '@sallyport/core';
import { and, desc, eq, gt, inArray, isNull, lt, ne, notInArray, sql } from 'drizzle-orm';
import { type Db, bound, boundRow, query } from './engine/query.js';
import { sessionOverAt, sessions } from './tables/sessions.js';
import { userColumns, users } from './tables/users.js';

export function sessionVerbs(db: Db): SessionStore {
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

  const insert = query('sessions.insert', () => db.insert(sessions).values(boundRow(sessions)));
  const find = query('sessions.find', () => db.select().from(sessions).where(id));
  const findWithUser = query('sessions.findWithUser', () =>
    db.select({ session: sessions, user: userColumns }).from(sessions).innerJoin(users, eq(users.id, sessions.userId)).where(id),
  );
  const listLive = query('sessions.listLive', () =>
    db.select().from(sessions).where(and(ofUser, live)).orderBy(desc(sessions.id)),
  );
  const listAll = query('sessions.listAll', () =>
    db.select().from(sessions).where(ofUser).orderBy(desc(sessions.id)),
  );
  const rotate = query('sessions.rotate', () =>
    db.update(sessions).set(rotated).where(liveAtCounter).returning(returningId),
  );
  const reauthenticate = query('sessions.reauthenticate', () =>
    db.update(sessions).set(proven).where(and(id, live)).returning(returningId),
  );
  const stepUp = query('sessions.stepUp', () =>
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
  const newest = () =>
    db
      .select(returningId)
      .from(sessions)
      .where(and(ofUser, live))
      .orderBy(desc(sessions.id))
      .limit(sql.placeholder('keep'));
  const purge = query('sessions.purge', () =>
    db.delete(sessions).where(inArray(sessions.id, over())).returning(returningId),
  );
  const over = () =>
    db
      .select(returningId)
      .from(sessions)
      .where(lt(sessionOverAt, bound('before')))
      .limit(sql.placeholder('limit'));

  return {
    insert: async (session) => void (await insert({ ...session })),
    find: async (sessionId) => (await find({ id: sessionId }))[0] ?? null,
    findWithUser: async (sessionId) => (await findWithUser({ id: sessionId }))[0] ?? null,
    listLive: async (userId, now) => listLive({ userId, at: now }),
    listAll: async (userId) => listAll({ userId }),
    rotate: async (sessionId, fromCounter, { now, idleExpiresAt }) =>
      (await rotate({ id: sessionId, fromCounter, at: now, idleExpiresAt })).length > 0,
    reauthenticate: async (sessionId, { at, amr, aal }) =>
      (await reauthenticate({ id: sessionId, at, amr, aal })).length > 0,
    stepUp: async (sessionId, fromCounter, step) =>
      (await stepUp({ ...step, id: sessionId, fromCounter })).length > 0,
    revoke: async (sessionId, at, reason) => (await revoke({ id: sessionId, at, reason })).length > 0,
    // No session has the empty id, so without an exception there is none.
    revokeAll: async (userId, at, reason, except = '') =>
      (await revokeAll({ userId, at, reason, except })).length,
    async revokeOldest(userId, keep, at) {
      const rows = await revokeOldest({ userId, keep, at, reason: 'session-limit' });
      return rows.map((row) => row.id);
    },
    purge: async (before, limit) => (await purge({ before, limit })).length,
  };
}
