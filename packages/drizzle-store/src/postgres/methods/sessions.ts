import type { SessionStore } from '@sallyport/core';
import { and, desc, eq, gt, isNull, lt, lte, ne, notInArray, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundJson, boundRow, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { sessionOverAt } from '../tables/sessions.js';
import { lockUser } from './locks.js';

/**
 * A change of one session is one conditional UPDATE. The first of several concurrent ones locks the row, and the others check the
 * condition again when they get it (Read Committed), so exactly one wins.
 */
export function sessionMethods(session: Session): SessionStore {
  const { db, held, schema } = session;
  const { sessions, users } = schema;
  const columns = recordColumns(sessions);
  const returningId = { id: sessions.id };
  const id = eq(sessions.id, bound('id'));
  const ofUser = eq(sessions.userId, bound('userId'));
  const live = and(isNull(sessions.revokedAt), gt(sessions.idleExpiresAt, moment('at')), gt(sessions.expiresAt, moment('at')));
  const liveAtCounter = and(id, eq(sessions.refreshCounter, bound('fromCounter')), live);
  const rotated = {
    refreshCounter: sql`${sessions.refreshCounter} + 1`,
    rotatedAt: moment('at'),
    lastUsedAt: moment('at'),
    idleExpiresAt: moment('idleExpiresAt'),
  };
  const proven = { authenticatedAt: moment('at'), amr: boundJson('amr'), aal: bound<1 | 2>('aal') };
  const ended = { revokedAt: moment('at'), revokeReason: bound<'logout'>('reason') };

  const lock = lockUser(session, 'sessions.revokeAll');
  const insert = query('sessions.insert', () =>
    db
      .insert(sessions)
      .values(boundRow(sessions))
      // The subquery reads the state before the statement, so the row itself is added.
      .returning({ stored: sql`(select count(*) + 1 from ${sessions} where ${ofUser})`.mapWith(Number) }),
  );
  const find = query('sessions.find', () => held(db.select(columns).from(sessions).where(id)));
  const findWithUser = query('sessions.findWithUser', () =>
    held(
      db
        .select({ session: columns, user: recordColumns(users) })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(id),
    ),
  );
  const list = (filter?: typeof live) =>
    query('sessions.list', () => held(db.select(columns).from(sessions).where(and(ofUser, filter)).orderBy(desc(sessions.id))));
  const [listAll, listLive] = [list(), list(live)];
  const rotate = query('sessions.rotate', () => db.update(sessions).set(rotated).where(liveAtCounter).returning(returningId));
  const rotateProven = query('sessions.rotate', () =>
    db.update(sessions).set({ ...rotated, ...proven }).where(liveAtCounter).returning(returningId),
  );
  const markSeen = query('sessions.markSeen', () =>
    db
      .update(sessions)
      .set({ lastUsedAt: sql`greatest(${moment('at')}, ${sessions.rotatedAt} + interval '1 millisecond')` })
      .where(and(id, eq(sessions.refreshCounter, bound('counter')), lte(sessions.lastUsedAt, sessions.rotatedAt))),
  );
  const reauthenticate = query('sessions.reauthenticate', () =>
    db.update(sessions).set(proven).where(and(id, live)).returning(returningId),
  );
  const revoke = query('sessions.revoke', () =>
    db.update(sessions).set(ended).where(and(id, isNull(sessions.revokedAt))).returning(returningId),
  );
  const revokeAll = query('sessions.revokeAll', () =>
    db.update(sessions).set(ended).where(and(ofUser, live, ne(sessions.id, bound('except')))).returning(returningId),
  );
  const newest = () =>
    db
      .select(returningId)
      .from(sessions)
      .where(and(ofUser, live))
      .orderBy(desc(sessions.id))
      .limit(sql.placeholder('keep'));
  const endedBeyondKeep = () =>
    db
      .select(returningId)
      .from(sessions)
      .where(and(ofUser, lt(sessionOverAt, moment('at'))))
      .orderBy(desc(sessions.id))
      .offset(sql.placeholder('keep'));
  const forgetOver = query('sessions.forgetOver', () => db.delete(sessions).where(sql`${sessions.id} = any(array(${endedBeyondKeep()}))`));
  const revokeOldest = query('sessions.revokeOldest', () =>
    db.update(sessions).set(ended).where(and(ofUser, live, notInArray(sessions.id, newest()))).returning(returningId),
  );

  return {
    insert: async (record) => (await insert({ ...record }))[0]?.stored ?? 0,
    find: async (sessionId) => (await find({ id: sessionId }))[0] ?? null,
    findWithUser: async (sessionId) => (await findWithUser({ id: sessionId }))[0] ?? null,
    list: async (userId, filter) => (filter === undefined ? listAll({ userId }) : listLive({ userId, at: filter.liveAt })),
    async rotate(sessionId, fromCounter, { now, idleExpiresAt, proof }) {
      const values = { id: sessionId, fromCounter, at: now, idleExpiresAt };
      return (await (proof === undefined ? rotate(values) : rotateProven({ ...values, ...proof }))).length > 0;
    },
    markSeen: async (sessionId, counter, at) => void (await markSeen({ id: sessionId, counter, at })),
    reauthenticate: async (sessionId, { at, amr, aal }) => (await reauthenticate({ id: sessionId, at, amr, aal })).length > 0,
    revoke: async (sessionId, at, reason) => (await revoke({ id: sessionId, at, reason })).length > 0,
    // Under the user's lock: a login that is being committed holds it, and its session would otherwise be missed.
    revokeAll: async (userId, at, reason, except = '') =>
      session.atomically(async () => {
        await lock({ userId });
        return (await revokeAll({ userId, at, reason, except })).length;
      }),
    forgetOver: async (userId, keep, at) => void (await forgetOver({ userId, keep, at })),
    // Under the user's lock: otherwise two concurrent logins would not count each other's session.
    revokeOldest: async (userId, keep, at) =>
      session.atomically(async () => {
        await lock({ userId });
        return (await revokeOldest({ userId, keep, at, reason: 'session-limit' })).map((row) => row.id);
      }),
  };
}
