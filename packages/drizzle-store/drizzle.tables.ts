import { type SqliteSchema, createSchema } from './src/schema.js';

// Read by drizzle-kit, which finds only tables that are exported one by one.
const schema: SqliteSchema = createSchema('auth_');

export const users: SqliteSchema['users'] = schema.users;
export const sessions: SqliteSchema['sessions'] = schema.sessions;
export const devices: SqliteSchema['devices'] = schema.devices;
export const factors: SqliteSchema['factors'] = schema.factors;
export const backupCodes: SqliteSchema['backupCodes'] = schema.backupCodes;
export const passkeys: SqliteSchema['passkeys'] = schema.passkeys;
export const identities: SqliteSchema['identities'] = schema.identities;
export const oneTimeTokens: SqliteSchema['oneTimeTokens'] = schema.oneTimeTokens;
export const counters: SqliteSchema['counters'] = schema.counters;
export const attempts: SqliteSchema['attempts'] = schema.attempts;
export const rateLimits: SqliteSchema['rateLimits'] = schema.rateLimits;
export const outbox: SqliteSchema['outbox'] = schema.outbox;
export const events: SqliteSchema['events'] = schema.events;
export const anonymizations: SqliteSchema['anonymizations'] = schema.anonymizations;
