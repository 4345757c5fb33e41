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

/** Authentication, ready to be mounted or called. Frozen; made once at the start of the application. */
export interface Auth<Role extends string = string, Permission extends string = string, Profile = unknown, ProfileInput = Profile> {
  /** Every route's use-case without HTTP: `(input, caller) => data`; throws `AuthError`. */
  readonly api: AuthApi<Profile, ProfileInput>;
  /** Answers a request to the mount. Never rejects. What adapters call. */
  handle(request: AuthRequest): Promise<AuthReply>;
  /**
   * The claims of a genuine access token that has not expired. Stateless: says nothing of whether its session was
   * ended since. Throws `AuthError('INVALID_TOKEN')`.
   */
  verifyAccessToken(token: string): Promise<AccessClaims>;
  /**
   * Who sends this `Authorization` header, by claims and by the live state of the session. Throws
   * `AuthError('UNAUTHENTICATED')` without one, `AuthError('INVALID_TOKEN')` for one that is no good, and
   * `AuthError('TWO_FACTOR_SETUP_REQUIRED')` where `twoFactor.required` asks the user for a factor they do not have yet.
   */
  authenticate(header: string | undefined): Promise<Principal<Profile>>;
  /**
   * Answers a web `Request` to the mount, for hosts that speak the Fetch API: Hono, Next.js, Deno and others. The body is read as a
   * stream, 16 KiB at most. Rejects with `ConfigError` if the client's address was left out.
   */
  fetch(request: Request, client: FetchClient): Promise<Response>;
  /**
   * The same routes with tokens in bodies and in the `Authorization` header, whatever `transport` says: for programs beside a page in
   * cookie mode, at a mount of their own. Reads and sets no cookie.
   */
  readonly bearer: Pick<Auth, 'handle' | 'fetch'>;
  /**
   * Decides on a request to the application's own route: who sent it, or what to answer instead. Takes a request that an adapter has
   * converted, and never rejects; or a web `Request` with the address of its client, and rejects if that was left out. The rule is
   * made by `accessRule`.
   */
  readonly guard: Guard<Profile>;
  /**
   * Who sent a request, by its bearer token or in cookie mode by its cookies; `null` if nobody is logged in. Takes a web `Request`, or
   * one of Node, Express or Fastify. In cookie mode an unsafe method counts only from a trusted origin. Never refreshes a
   * session. Throws `AuthError('STORE_UNAVAILABLE')`.
   */
  principal(request: HeaderBearer): Promise<Principal<Profile> | null>;
  /**
   * What a route of the application asks for, checked once, where the route is defined. Throws `ConfigError`, which names
   * every fault, roles and permissions that there are not among them.
   */
  accessRule(options: AccessOptions<Role, Permission>): AccessRule;
  /**
   * Makes an account of any configured role, on your word alone: for commands and seeds of whoever runs the application, such
   * as one that makes the first administrator, never for requests. The rules for passwords hold; neither the admin password,
   * nor `registration.enabled`, nor `hooks.beforeRegister` is asked. Throws `AuthError` with `VALIDATION_FAILED`,
   * `WEAK_PASSWORD`, `EMAIL_TAKEN` or `USERNAME_TAKEN`.
   */
  createUser(input: InputWith<CreateUserInput, ProfileInput>): Promise<User<Profile>>;
  /**
   * Logs in a user whom the application has proven itself, by LDAP, SAML or a wallet. It ends as every login does: a disabled
   * account, an address that must be verified and `hooks.beforeLogin` are refused, a second factor that is on is asked for
   * unless `how.aal` is 2, and the owner is told of a new device. Throws `AuthError` with `NOT_FOUND` for an unknown user,
   * `INVALID_CREDENTIALS` for a disabled one, `VALIDATION_FAILED`, `EMAIL_NOT_VERIFIED`, or what the hook throws.
   */
  startSession(userId: string, how: SessionStart, caller?: SessionCaller): Promise<LoginOutcome>;
  /**
   * The tokens of an external provider with `keepTokens`, to call its API for the user: those of the last login with it, `null` if
   * none are kept. They are returned as the provider issued them: an access token may have expired. No route returns them. Throws
   * `AuthError` with `NOT_FOUND` for a provider that is not configured, and `INTERNAL`, with a line in the log, if the secret that
   * sealed them is not configured any more.
   */
  providerTokens(userId: string, provider: string): Promise<ProviderTokens | null>;
  /** The OpenAPI 3.1 document; `mount` is where the routes are, default `/auth`. */
  openapi(options?: { readonly mount?: string | undefined }): OpenApiDocument;
  /** How the process and its database are. */
  health(): Promise<Health>;
  /**
   * Deletes what has expired: sessions, devices not seen for 400 days, one-time tokens, set-ups, counters, messages that were
   * sent or given up, and events past `audit.retention`. In batches of a few milliseconds, beside which requests go on, and
   * beside other processes that do the same. A call while it is under way joins it. It is called by a timer
   * unless `maintenance` is `false`. Throws `AuthError('STORE_UNAVAILABLE')`.
   */
  maintain(): Promise<void>;
  /**
   * What is not as it should be, errors first, each with what to do about it: guessable secrets, missing TLS, a proxy that is not
   * declared, slow hashes, a clock or tables that are off, messages that do not leave. Takes a password check's time or
   * two, changes nothing, and never rejects. What concerns traffic (a proxy) is what this process has seen so far.
   */
  doctor(): Promise<readonly Finding[]>;
  /** Waits for messages on their way, 5 seconds at most, and closes the store, the bus and the limiter. What has not left leaves after the next start. */
  close(): Promise<void>;
}
