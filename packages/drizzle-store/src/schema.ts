// The public name of every table. Ids are ULIDs, so their order is the order in which rows came to be. Times are
// milliseconds since the epoch.
export { attempts } from './tables/attempts.js';
export { backupCodes } from './tables/backup-codes.js';
export { counters } from './tables/counters.js';
export { devices } from './tables/devices.js';
export { events } from './tables/events.js';
export { factors } from './tables/factors.js';
export { oneTimeTokens } from './tables/one-time-tokens.js';
export { outbox } from './tables/outbox.js';
export { rateLimits } from './tables/rate-limits.js';
export { sessions } from './tables/sessions.js';
export { users } from './tables/users.js';
