import type { StoreMethods } from '@sallyport/core';
import { attemptMethods } from './attempts.js';
import { backupCodeMethods } from './backup-codes.js';
import { counterMethods } from './counters.js';
import { deviceMethods } from './devices.js';
import type { Db } from './engine/query.js';
import { eventMethods } from './events.js';
import { factorMethods } from './factors.js';
import { oneTimeTokenMethods } from './one-time-tokens.js';
import { outboxMethods } from './outbox.js';
import { purgeMethod } from './purge.js';
import { rateLimitMethods } from './rate-limits.js';
import { sessionMethods } from './sessions.js';
import { userMethods } from './users.js';

export function createMethods(db: Db): StoreMethods {
  return {
    users: userMethods(db),
    sessions: sessionMethods(db),
    devices: deviceMethods(db),
    factors: factorMethods(db),
    backupCodes: backupCodeMethods(db),
    oneTimeTokens: oneTimeTokenMethods(db),
    counters: counterMethods(db),
    attempts: attemptMethods(db),
    rateLimits: rateLimitMethods(db),
    outbox: outboxMethods(db),
    events: eventMethods(db),
    purge: purgeMethod(db),
  };
}
