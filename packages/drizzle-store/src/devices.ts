import type { DeviceStore } from '@sallyport/core';
import { and, desc, eq, notInArray, sql } from 'drizzle-orm';
import { bound, boundRow, query } from './engine/query.js';
import type { Session } from './session.js';

export function deviceMethods({ db, schema }: Session): DeviceStore {
  const { devices } = schema;
  const id = eq(devices.id, bound('id'));
  const ofUser = eq(devices.userId, bound('userId'));
  const lastSeenFirst = [desc(devices.lastSeenAt), desc(devices.id)];
  const returningId = { id: devices.id };

  const insert = query('devices.insert', () =>
    db
      .insert(devices)
      .values(boundRow(devices))
      // The row itself is counted: SQLite computes this after it has inserted the row.
      .returning({ stored: sql<number>`(select count(*) from ${devices} where ${ofUser})` }),
  );
  const dropOldest = query('devices.insert', () =>
    db.delete(devices).where(and(ofUser, notInArray(devices.id, lastSeen()))),
  );
  const lastSeen = () =>
    db
      .select(returningId)
      .from(devices)
      .where(ofUser)
      .orderBy(...lastSeenFirst)
      .limit(sql.placeholder('keep'));
  const find = query('devices.find', () => db.select().from(devices).where(id));
  const list = query('devices.list', () => db.select().from(devices).where(ofUser).orderBy(...lastSeenFirst));
  const touch = query('devices.touch', () =>
    db
      .update(devices)
      .set({ lastSeenAt: bound('at'), userAgent: bound('userAgent') })
      .where(id)
      .returning(returningId),
  );
  const trust = query('devices.trust', () =>
    db.update(devices).set({ trustedUntil: bound('until') }).where(id).returning(returningId),
  );
  const distrustAll = query('devices.distrustAll', () => db.update(devices).set({ trustedUntil: null }).where(ofUser));
  const remove = query('devices.remove', () => db.delete(devices).where(and(id, ofUser)).returning(returningId));

  return {
    async insert(device, keep) {
      const [inserted] = await insert({ ...device });
      if (inserted !== undefined && inserted.stored > keep) await dropOldest({ userId: device.userId, keep });
    },
    find: async (deviceId) => (await find({ id: deviceId }))[0] ?? null,
    list: async (userId) => list({ userId }),
    touch: async (deviceId, at, userAgent) => (await touch({ id: deviceId, at, userAgent })).length > 0,
    trust: async (deviceId, until) => (await trust({ id: deviceId, until })).length > 0,
    distrustAll: async (userId) => void (await distrustAll({ userId })),
    remove: async (deviceId, userId) => (await remove({ id: deviceId, userId })).length > 0,
  };
}
