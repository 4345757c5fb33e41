import type { DeviceRecord } from '../../ports/store/devices.js';
import type { EventRecord } from '../../ports/store/events.js';
import type { SessionRecord } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { createRows, type Rows } from './rows.js';
import type { UndoLog } from './undo-log.js';

export interface Tables {
  readonly users: Rows<UserRecord, 'email' | 'username' | 'role'>;
  readonly sessions: Rows<SessionRecord, 'userId'>;
  readonly devices: Rows<DeviceRecord, 'userId'>;
  readonly events: Rows<EventRecord, 'userId'>;
}

export function createTables(log: UndoLog): Tables {
  return {
    users: createRows(log, {
      email: (user) => user.email,
      username: (user) => user.username,
      role: (user) => user.role,
    }),
    sessions: createRows(log, { userId: (session) => session.userId }),
    devices: createRows(log, { userId: (device) => device.userId }),
    events: createRows(log, { userId: (event) => event.userId }),
  };
}

/** What a foreign key does in a database: nothing may belong to a user who is not there. */
export function demandUser(tables: Tables, userId: string): void {
  if (tables.users.get(userId) === undefined) throw new Error('There is no such user');
}
