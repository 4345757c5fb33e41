import type { OneTimeTokenStore } from '@sallyport/core';
import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { bound, boundRow, isOneOf, query } from './engine/query.js';
import { newestFirst } from './newest-first.js';
import type { Session } from './session.js';

export function oneTimeTokenMethods({ db, schema }: Session): OneTimeTokenStore {
  const { oneTimeTokens: tokens } = schema;
  const id = eq(tokens.id, bound('id'));
  const ofUser = eq(tokens.userId, bound('userId'));
  const ofPurposes = isOneOf(tokens.purpose, 'purposes');
  const live = and(isNull(tokens.consumedAt), gt(tokens.expiresAt, bound('now')));
  const returningId = { id: tokens.id };

  const insert = query('oneTimeTokens.insert', () =>
    // Drizzle would encode a bound `null` as the JSON text `null`.
    db.insert(tokens).values({ ...boundRow(tokens), code: bound('code') }),
  );
  const find = query('oneTimeTokens.find', () => db.select().from(tokens).where(id));
  const list = query('oneTimeTokens.list', () => db.select().from(tokens).where(ofUser));
  const findByHash = query('oneTimeTokens.findByHash', () =>
    db.select().from(tokens).where(and(eq(tokens.secretHash, bound('secretHash')), ofPurposes)),
  );
  const findLiveOf = query('oneTimeTokens.findLiveOf', () =>
    db
      .select()
      .from(tokens)
      .where(and(ofUser, eq(tokens.purpose, bound('purpose')), eq(tokens.subjectId, bound('subjectId')), live))
      .orderBy(desc(tokens.id))
      .limit(1),
  );
  const consume = query('oneTimeTokens.consume', () =>
    db.update(tokens).set({ consumedAt: bound('now') }).where(and(id, live)).returning(returningId),
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
      .set({ code: bound('code') })
      .where(
        and(id, live, sql`(${tokens.code} is null or json_extract(${tokens.code}, '$.sentAt') <= ${bound('sentBefore')})`),
      )
      .returning(returningId),
  );
  const voidAll = query('oneTimeTokens.voidAll', () =>
    db.update(tokens).set({ consumedAt: bound('now') }).where(and(ofUser, ofPurposes, live)).returning(returningId),
  );

  return {
    async insert(token) {
      await insert({ ...token, code: token.code === null ? null : JSON.stringify(token.code) });
    },
    find: async (tokenId) => (await find({ id: tokenId }))[0] ?? null,
    list: async (userId) => newestFirst(await list({ userId })),
    findByHash: async (secretHash, purposes) =>
      (await findByHash({ secretHash, purposes: JSON.stringify(purposes) }))[0] ?? null,
    findLiveOf: async (subject, now) => (await findLiveOf({ ...subject, now }))[0] ?? null,
    consume: async (tokenId, now) => (await consume({ id: tokenId, now })).length > 0,
    takeAttempt: async (tokenId, max, now) => (await takeAttempt({ id: tokenId, max, now })).length > 0,
    replaceCode: async (tokenId, code, sentBefore) =>
      (await replaceCode({ id: tokenId, code: JSON.stringify(code), now: code.sentAt, sentBefore })).length > 0,
    voidAll: async (userId, purposes, now) =>
      (await voidAll({ userId, purposes: JSON.stringify(purposes), now })).length,
  };
}
