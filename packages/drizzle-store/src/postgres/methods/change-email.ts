import type { UserStore } from '@sallyport/core';
import { and, eq, ne, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { orConflict } from './unique-race.js';

/** The user's row is locked first. The unique index rejects an address that another user takes concurrently. */
export function changeEmail(session: Session): UserStore['changeEmail'] {
  const { db, schema } = session;
  const { users } = schema;
  const columns = recordColumns(users);
  const id = eq(users.id, bound('id'));

  const lock = query('users.changeEmail', () =>
    db
      .select({ id: users.id })
      .from(users)
      .where(and(id, eq(users.securityVersion, bound('securityVersion'))))
      .for('no key update'),
  );
  const findOther = query('users.changeEmail', () =>
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.email, bound('email')), ne(users.id, bound('id')))),
  );
  const save = query('users.changeEmail', () =>
    db
      .update(users)
      .set({
        email: bound('email'),
        emailVerifiedAt: moment('at'),
        securityVersion: sql`${users.securityVersion} + 1`,
        updatedAt: moment('at'),
      })
      .where(id)
      .returning(columns),
  );

  return async (userId, { email, at, securityVersion }) =>
    session.atomically(async () => {
      if ((await lock({ id: userId, securityVersion })).length === 0) return { kind: 'missing' };
      if ((await findOther({ id: userId, email })).length > 0) return { kind: 'taken', field: 'email' };
      const [user] = await orConflict(save({ id: userId, email, at }));
      return user === undefined ? { kind: 'missing' } : { kind: 'updated', user };
    });
}
