import type { StoreMethods } from '@sallyport/core';
import { attemptMethods } from './attempts.js';
import { backupCodeMethods } from './backup-codes.js';
import { counterMethods } from './counters.js';
import { deviceMethods } from './devices.js';
import { eventMethods } from './events.js';
import { factorMethods } from './factors.js';
import { identityMethods } from './identities.js';
import { oneTimeTokenMethods } from './one-time-tokens.js';
import { outboxMethods } from './outbox.js';
import { passkeyMethods } from './passkeys.js';
import { purgeMethod } from './purge.js';
import { rateLimitMethods } from './rate-limits.js';
import type { Session } from './session.js';
import { sessionMethods } from './sessions.js';
import { userMethods } from './users.js';

export function createMethods(session: Session): StoreMethods {
  return {
    users: userMethods(session),
    sessions: sessionMethods(session),
    devices: deviceMethods(session),
    factors: factorMethods(session),
    backupCodes: backupCodeMethods(session),
    passkeys: passkeyMethods(session),
    identities: identityMethods(session),
    oneTimeTokens: oneTimeTokenMethods(session),
    counters: counterMethods(session),
    attempts: attemptMethods(session),
    rateLimits: rateLimitMethods(session),
    outbox: outboxMethods(session),
    events: eventMethods(session),
    purge: purgeMethod(session),
  };
}
