export { AuthError, ConfigError } from './errors.js';
export type { AuthErrorDetails, ErrorCode, Issue, Requirement } from './errors.js';
export type { Clock } from './ports/clock.js';
export type { Environment } from './ports/environment.js';
export type { LogFields, Logger } from './ports/logger.js';
export type { PasswordHasher } from './ports/password-hasher.js';
export type { Random } from './ports/random.js';
export type { DeviceRecord, DeviceStore } from './ports/store/devices.js';
export type { EventRecord, EventStore } from './ports/store/events.js';
export type { AssuranceLevel, RevokeReason, SessionRecord, SessionStore } from './ports/store/sessions.js';
export type { AuthStore, StoreVerbs } from './ports/store/store.js';
export type {
  InsertUserOutcome,
  RemoveUserOutcome,
  UniqueUserField,
  UpdateUserOutcome,
  UserRecord,
  UserStore,
} from './ports/store/users.js';
