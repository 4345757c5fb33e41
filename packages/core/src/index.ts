export type { ApiCall, ApiCaller, AuthApi, SessionCaller, SessionStart } from './router/api.js';
export type { AuthConfig, Transport } from './auth-config.js';
export { createAuth } from './create-auth.js';
export type { Auth } from './auth.js';
export type { Duration } from './foundation/duration.js';
export { AuthError, ConfigError } from './errors.js';
export type { AuthErrorDetails, ErrorCode, Issue, Requirement } from './errors.js';
export type {
  DeliveryTrace,
  GaugeMessages,
  GuardTrace,
  HashingQueueState,
  HashingTrace,
  OutboxState,
  RequestTrace,
  ServiceState,
  StoreTrace,
  Trace,
  TracingMessages,
  UseCaseTrace,
} from './telemetry/channels.js';
export type { Bus, BusListener } from './ports/bus.js';
export type { Clock } from './ports/clock.js';
export type { Environment } from './ports/environment.js';
export type { LogFields, Logger } from './ports/logger.js';
export type { PasswordHasher } from './ports/password-hasher.js';
export type { Random } from './ports/random.js';
export type { Provider, ProviderAnswer, ProviderAttempt, ProviderIdentity, ProviderStart, ProviderTokenResponse } from './ports/provider.js';
export type { RateHit, LocalRateLimiter, RateLimiter, RateOutcome } from './ports/rate-limiter.js';
export type { ServiceCondition } from './ports/service-condition.js';
export type { Attempt, AttemptOutcome, AttemptStore } from './ports/store/attempts.js';
export type { CounterHit, CounterLimit, CounterStore, TakeOutcome } from './ports/store/counters.js';
export type { DeviceRecord, DeviceStore } from './ports/store/devices.js';
export type { AnonymizationBatch, CountedRefusal, EventRecord, EventStore, PendingAnonymization } from './ports/store/events.js';
export type { Page } from './ports/store/page.js';
export type { BackupCodeRecord, BackupCodeStore, FactorMethod, FactorRecord, FactorStore } from './ports/store/factors.js';
export type { IdentityRecord, IdentityStore, IdentityUse, InsertIdentityOutcome, RemoveCredentialOutcome } from './ports/store/identities.js';
export type { OneTimeTokenRecord, OneTimeTokenStore, SentCode, TokenPurpose } from './ports/store/one-time-tokens.js';
export type { DeliveryOutcome, OutboxBacklog, OutboxLease, OutboxRecord, OutboxStore } from './ports/store/outbox.js';
export type { InsertPasskeyOutcome, PasskeyRecord, PasskeyStore, PasskeyUse, RemovePasskeyOutcome } from './ports/store/passkeys.js';
export type { RateLimitStore, RateTake, RateTakeOutcome } from './ports/store/rate-limits.js';
export type { AssuranceLevel, RevokeReason, SessionProof, SessionRecord, SessionRotation, SessionStore } from './ports/store/sessions.js';
export type { OptionalPart, PartialAuthStore, PartialStoreMethods } from './ports/store/partial-store.js';
export type { AuthStore, PurgeTable, StoreMethods, StoreNotice, StoreStatus } from './ports/store/store.js';
export { wrapMethods } from './ports/store/wrap-methods.js';
export type { MethodCall, MethodWrapper } from './ports/store/wrap-methods.js';
export type {
  InsertUserOutcome,
  LastOfRole,
  RemoveUserOutcome,
  UniqueUserField,
  UpdateUserOptions,
  UpdateUserOutcome,
  UserChanges,
  UserFilter,
  UserPage,
  UserRecord,
  UserStatus,
  UserStore,
} from './ports/store/users.js';

export { consoleNotifier } from './ports/console-notifier.js';
export type { ConsoleNotifierOptions } from './ports/console-notifier.js';
export { DeliveryError } from './ports/notifier.js';
export type {
  Channel,
  DeliveryErrorDetails,
  Notification,
  NotificationKind,
  Notifier,
  SendOptions,
} from './ports/notifier.js';
export { createLogger } from './ports/create-logger.js';
export type { LoggerOptions, LogLevel, LogLine } from './ports/create-logger.js';
export type { CreateUserInput } from './features/accounts/schema.js';
export type { RegistrationOptions } from './features/accounts/options.js';
export { foldForSearch } from './features/accounts/search-text.js';
export type { User } from './model/user.js';
export type { EventShapes } from './model/event-shapes.js';
export type { AuthEvent, AuthEventOf, AuthEventType } from './model/events.js';
export type {
  BeforeEmailChange,
  BeforeInvite,
  BeforeLogin,
  BeforePasswordChange,
  BeforeRegister,
  BeforeRemoval,
  HookCaller,
  HookOptions,
} from './features/hooks/options.js';
export type { AuditOptions } from './features/audit/options.js';
export type { AuthBlock, AuthStatus } from './model/auth-block.js';
export type { Finding, FindingId } from './features/doctor/finding.js';
export type { MaintenanceOptions } from './features/maintenance/options.js';
export type {
  MessageOf,
  MessageSet,
  MessageContext,
  MessageText,
} from './model/message-set.js';
export type { MessageOptions, UrlOptions } from './features/notifications/options.js';
export type { SecurityNotice } from './model/outgoing-message.js';
export type { BreachCheck, PasswordOptions } from './features/passwords/options.js';
export type { ProfileIssue, ProfileRecord, ProfileResult, ProfileSchema } from './features/profile/options.js';
export type { PermissionQuery, Permissions, PermissionsOf } from './features/permissions/options.js';
export { createMemoryLimiter } from './features/throttling/memory-limiter.js';
export type { MemoryLimiterOptions } from './features/throttling/memory-limiter.js';
export type { Limit, LimitName, LimitOptions, ThrottlingOptions } from './features/throttling/options.js';
export { createStoreLimiter } from './features/throttling/store-limiter.js';
export type { Linking, ProviderOptions } from './features/providers/options.js';
export type { ProviderTokens } from './features/providers/read-provider-tokens.js';
export type { Identity } from './features/providers/schema.js';
export type { RecoveryOptions } from './features/recovery/options.js';
export type { EmailLoginMethod, EmailLoginOptions } from './features/email-login/options.js';
export type { SessionOptions } from './features/sessions/options.js';
export type { Session } from './model/session.js';
export type { CookieOptions } from './features/cookies/options.js';
export type { Health } from './features/system/health.js';
export type { AccessClaims } from './model/access-claims.js';
export type { AsymmetricAlgorithm } from './crypto/read-private-key.js';
export type { TokenOptions } from './features/tokens/options.js';
export { describeError } from './foundation/describe-error.js';
export type { AccessOptions } from './router/access-options.js';
export type { AccessRule } from './http/access.js';
export type { RequestHead } from './router/exchange.js';
export type { GuardOutcome } from './router/guard.js';
export type { FetchGuardInput, FetchGuardOutcome, Guard } from './router/guard-web-request.js';
export type { HeaderBearer } from './router/principal-of.js';
export type { FetchClient } from './router/web-request.js';
export type { AuthReply, AuthRequest, RequestBody } from './model/http-messages.js';
export type { OpenApiDocument } from './model/openapi-document.js';
export type { Principal } from './model/principal.js';
