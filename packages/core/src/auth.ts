import type { CreateUserInput } from './features/accounts/schema.js';
import type { Finding } from './features/doctor/finding.js';
import type { LoginOutcome } from './features/login/schema.js';
import type { ProviderTokens } from './features/providers/read-provider-tokens.js';
import type { Health } from './features/system/health.js';
import type { AccessRule } from './http/access.js';
import type { AccessClaims } from './model/access-claims.js';
import type { AuthReply, AuthRequest } from './model/http-messages.js';
import type { OpenApiDocument } from './model/openapi-document.js';
import type { Principal } from './model/principal.js';
import type { User } from './model/user.js';
import type { AccessOptions } from './router/access-options.js';
import type { AuthApi, InputWith, SessionCaller, SessionStart } from './router/api.js';
import type { Guard } from './router/guard-web-request.js';
import type { HeaderBearer } from './router/principal-of.js';
import type { FetchClient } from './router/web-request.js';

/** Authentication, ready to be mounted or called. Frozen; created once when the application starts. */
export interface Auth<Role extends string = string, Permission extends string = string, Profile = unknown, ProfileInput = Profile> {
  /** Every route's use-case without HTTP: `(input, caller) => data`; throws `AuthError`. */
  readonly api: AuthApi<Profile, ProfileInput>;
  /** Answers a request to the mount, for adapters. Never rejects. */
  handle(request: AuthRequest): Promise<AuthReply>;
  /**
   * The claims of a genuine access token that has not expired. Stateless: its session may have ended since. Throws
   * `AuthError('INVALID_TOKEN')`.
   */
  verifyAccessToken(token: string): Promise<AccessClaims>;
  /**
   * The user and session of this `Authorization` header, by its claims and the live state of the session. Throws
   * `AuthError('UNAUTHENTICATED')` without a header, `AuthError('INVALID_TOKEN')` for an invalid one, and
   * `AuthError('TWO_FACTOR_SETUP_REQUIRED')` if `twoFactor.required` demands a factor that the user does not have yet.
   */
  authenticate(header: string | undefined): Promise<Principal<Profile>>;
  /**
   * Answers a web `Request` to the mount, for hosts that speak the Fetch API: Hono, Next.js, Deno and others. The body is read as a
   * stream, up to 16 KiB. Rejects with `ConfigError` if the client's address was left out.
   */
  fetch(request: Request, client: FetchClient): Promise<Response>;
  /**
   * The same routes with tokens in bodies and in the `Authorization` header, whatever `transport` says: for programs that use an
   * application in cookie mode, at a separate mount. Reads and sets no cookie.
   */
  readonly bearer: Pick<Auth, 'handle' | 'fetch'>;
  /**
   * Decides on a request to the application's own route: returns its user, or the answer to send instead. Takes a request that an
   * adapter has converted, and never rejects; or a web `Request` with its client's address, and rejects if the address was left
   * out. The rule is made by `accessRule`.
   */
  readonly guard: Guard<Profile>;
  /**
   * The user of a request, by its bearer token or in cookie mode by its cookies; `null` if nobody is logged in. Takes a web
   * `Request`, or one of Node, Express or Fastify. In cookie mode, a request with an unsafe method needs a trusted origin. Never
   * refreshes a session. Throws `AuthError('STORE_UNAVAILABLE')`.
   */
  principal(request: HeaderBearer): Promise<Principal<Profile> | null>;
  /**
   * The requirements of a route of the application, checked once, when the route is defined. Throws a `ConfigError` that names
   * every fault, including unknown roles and permissions.
   */
  accessRule(options: AccessOptions<Role, Permission>): AccessRule;
  /**
   * Creates an account with any configured role, for commands and seeds of the operator, such as one that creates the first
   * administrator; never for requests. The rules for passwords apply; the admin password, `registration.enabled` and
   * `hooks.beforeRegister` do not. Throws `AuthError` with `VALIDATION_FAILED`, `WEAK_PASSWORD`, `EMAIL_TAKEN` or `USERNAME_TAKEN`.
   */
  createUser(input: InputWith<CreateUserInput, ProfileInput>): Promise<User<Profile>>;
  /**
   * Logs in a user whom the application itself has authenticated, by LDAP, SAML or a wallet. It ends as every login does: it is
   * refused for a disabled account, an address that must be verified, or by `hooks.beforeLogin`; a second factor that is on is
   * required unless `how.aal` is 2; the owner is told of a new device. Throws `AuthError` with `NOT_FOUND` for an unknown user,
   * `INVALID_CREDENTIALS` for a disabled one, `VALIDATION_FAILED`, `EMAIL_NOT_VERIFIED`, or what the hook throws.
   */
  startSession(userId: string, how: SessionStart, caller?: SessionCaller): Promise<LoginOutcome>;
  /**
   * The tokens of an external provider with `keepTokens`, to call its API for the user: those of the last login with it, `null` if
   * none are kept. They are returned as the provider issued them: an access token may have expired. No route returns them. Throws
   * `AuthError` with `NOT_FOUND` for a provider that is not configured, and `INTERNAL`, with a line in the log, if the secret that
   * sealed them is no longer configured.
   */
  providerTokens(userId: string, provider: string): Promise<ProviderTokens | null>;
  /** The OpenAPI 3.1 document; `mount` is the path of the routes, default `/auth`. */
  openapi(options?: { readonly mount?: string | undefined }): OpenApiDocument;
  /** The state of the process and its database. */
  health(): Promise<Health>;
  /**
   * Deletes expired data: sessions, devices not seen for 400 days, one-time tokens, set-ups, counters, messages that were sent or
   * given up, and events older than `audit.retention`. It works in batches of a few milliseconds, so requests go on meanwhile, and
   * several processes may do it at once. A call while one is running joins it. A timer calls it unless `maintenance` is `false`.
   * Throws `AuthError('STORE_UNAVAILABLE')`.
   */
  maintain(): Promise<void>;
  /**
   * Finds faults of the set-up, errors first, each with its remedy: guessable secrets, missing TLS, a proxy that is not declared,
   * slow hashes, a wrong clock, outdated tables, messages that are not sent. Takes as long as one or two password checks, changes
   * nothing, and never rejects. A proxy is only found in the requests that this process has received so far.
   */
  doctor(): Promise<readonly Finding[]>;
  /**
   * Waits up to 5 seconds for messages that are being sent, then closes the store, the bus and the limiter. Unsent messages are
   * sent after the next start.
   */
  close(): Promise<void>;
}
