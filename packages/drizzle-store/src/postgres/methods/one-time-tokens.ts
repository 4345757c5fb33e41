import type { OneTimeTokenStore } from '@sallyport/core';
import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundJson, boundRow, isOneOf, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';

/**
 * Every change is one conditional UPDATE. The first of several concurrent ones locks the row, and the others check the condition
 * again when they get it (Read Committed), so exactly one wins.
 */
export function oneTimeTokenMethods({ db, held, schema }: Session): OneTimeTokenStore {
  const tokens = schema.oneTimeTokens;
  const columns = recordColumns(tokens);
  const returningId = { id: tokens.id };
  const id = eq(tokens.id, bound('id'));
  const ofUser = eq(tokens.userId, bound('userId'));
  const ofPurposes = isOneOf(tokens.purpose, 'purposes');
  const live = and(isNull(tokens.consumedAt), gt(tokens.expiresAt, moment('now')));

  const insert = query('oneTimeTokens.insert', () => db.insert(tokens).values(boundRow(tokens)));
  const find = query('oneTimeTokens.find', () => held(db.select(columns).from(tokens).where(id)));
  const list = query('oneTimeTokens.list', () => held(db.select(columns).from(tokens).where(ofUser).orderBy(desc(tokens.id))));
  const findByHash = query('oneTimeTokens.findByHash', () =>
    held(db.select(columns).from(tokens).where(and(eq(tokens.secretHash, bound('secretHash')), ofPurposes))),
  );
  const findLiveOf = query('oneTimeTokens.findLiveOf', () =>
    held(
      db
        .select(columns)
        .from(tokens)
        .where(and(ofUser, eq(tokens.purpose, bound('purpose')), eq(tokens.subjectId, bound('subjectId')), live))
        .orderBy(desc(tokens.id))
        .limit(1),
    ),
  );
  const consume = query('oneTimeTokens.consume', () =>
    db.update(tokens).set({ consumedAt: moment('now') }).where(and(id, live)).returning(returningId),
  );
  const takeAttempt = query('oneTimeTokens.takeAttempt', () =>
    db
      .update(tokens)
      .set({ attempts: sql`${tokens.attempts} + 1` })
      .where(and(id, live, lt(tokens.attempts, bound('max'))))
      .returning(returningId),
  );
  const replaceCode = query('oneTimeTokens.replaceCode', () =>
    db
      .update(tokens)
      .set({ code: boundJson('code') })
      .where(and(id, live, sql`(${tokens.code} is null or (${tokens.code} ->> 'sentAt')::float8 <= ${bound('sentBefore')}::float8)`))
      .returning(returningId),
  );
  const voidAll = query('oneTimeTokens.voidAll', () =>
    db.update(tokens).set({ consumedAt: moment('now') }).where(and(ofUser, ofPurposes, live)).returning(returningId),
  );

  return {
    insert: async (token) => void (await insert({ ...token })),
    find: async (tokenId) => (await find({ id: tokenId }))[0] ?? null,
    list: async (userId) => list({ userId }),
    findByHash: async (secretHash, purposes) => (await findByHash({ secretHash, purposes }))[0] ?? null,
    findLiveOf: async (subject, now) => (await findLiveOf({ ...subject, now }))[0] ?? null,
    consume: async (tokenId, now) => (await consume({ id: tokenId, now })).length > 0,
    takeAttempt: async (tokenId, max, now) => (await takeAttempt({ id: tokenId, max, now })).length > 0,
    replaceCode: async (tokenId, code, sentBefore) =>
      (await replaceCode({ id: tokenId, code, now: code.sentAt, sentBefore })).length > 0,
    voidAll: async (userId, purposes, now) => (await voidAll({ userId, purposes, now })).length,
  };
}
