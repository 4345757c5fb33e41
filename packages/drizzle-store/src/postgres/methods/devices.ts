import type { DeviceStore } from '@sallyport/core';
import { and, desc, eq, notInArray, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundRow, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { lockUser } from './locks.js';

/** Each method is one atomic statement unless noted otherwise. */
export function deviceMethods(session: Session): DeviceStore {
  const { db, held, schema } = session;
  const { devices } = schema;
  const columns = recordColumns(devices);
  const returningId = { id: devices.id };
  const id = eq(devices.id, bound('id'));
  const ofUser = eq(devices.userId, bound('userId'));
  const lastSeenFirst = [desc(devices.lastSeenAt), desc(devices.id)];

  const lock = lockUser(session, 'devices.insert');
  const insert = query('devices.insert', () =>
    db
      .insert(devices)
      .values(boundRow(devices))
      // The subquery reads the state before the statement, so the row itself is added.
      .returning({ stored: sql`(select count(*) + 1 from ${devices} where ${ofUser})`.mapWith(Number) }),
  );
  const lastSeen = () =>
    db
      .select(returningId)
      .from(devices)
      .where(ofUser)
      .orderBy(...lastSeenFirst)
      .limit(sql.placeholder('keep'));
  const dropOldest = query('devices.insert', () => db.delete(devices).where(and(ofUser, notInArray(devices.id, lastSeen()))));
  const find = query('devices.find', () => held(db.select(columns).from(devices).where(id)));
  const list = query('devices.list', () => held(db.select(columns).from(devices).where(ofUser).orderBy(...lastSeenFirst)));
  const touch = query('devices.touch', () =>
    db.update(devices).set({ lastSeenAt: moment('at'), userAgent: bound('userAgent') }).where(id).returning(returningId),
  );
  const trust = query('devices.trust', () => db.update(devices).set({ trustedUntil: moment('until') }).where(id).returning(returningId));
  const distrustAll = query('devices.distrustAll', () => db.update(devices).set({ trustedUntil: null }).where(ofUser));
  const remove = query('devices.remove', () => db.delete(devices).where(and(id, ofUser)).returning(returningId));

  return {
    // Under the user's lock: otherwise two concurrent inserts would not see each other when the oldest device is dropped.
    insert: async (device, keep) =>
      session.atomically(async () => {
        await lock({ userId: device.userId });
        const [inserted] = await insert({ ...device });
        if (inserted !== undefined && inserted.stored > keep) await dropOldest({ userId: device.userId, keep });
      }),
    find: async (deviceId) => (await find({ id: deviceId }))[0] ?? null,
    list: async (userId) => list({ userId }),
    touch: async (deviceId, at, userAgent) => (await touch({ id: deviceId, at, userAgent })).length > 0,
    trust: async (deviceId, until) => (await trust({ id: deviceId, until })).length > 0,
    distrustAll: async (userId) => void (await distrustAll({ userId })),
    remove: async (deviceId, userId) => (await remove({ id: deviceId, userId })).length > 0,
  };
}
