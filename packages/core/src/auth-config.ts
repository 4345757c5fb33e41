import type { RegistrationOptions } from './features/accounts/options.js';
import type { AuthEvent } from './model/events.js';
import type { EmailLoginOptions } from './features/email-login/options.js';
import type { HookOptions } from './features/hooks/options.js';
import type { CookieOptions } from './features/cookies/options.js';
import type { AuditOptions } from './features/audit/options.js';
import type { MaintenanceOptions } from './features/maintenance/options.js';
import type { MessageOptions, UrlOptions } from './features/notifications/options.js';
import type { PasskeyOptions } from './features/passkeys/options.js';
import type { Permissions, PermissionsOf } from './features/permissions/options.js';
import type { PasswordOptions } from './features/passwords/options.js';
import type { ProfileSchema } from './features/profile/options.js';
import type { Linking, ProviderOptions } from './features/providers/options.js';
import type { RecoveryOptions } from './features/recovery/options.js';
import type { SessionOptions } from './features/sessions/options.js';
import type { ThrottlingOptions } from './features/throttling/options.js';
import type { TokenOptions } from './features/tokens/options.js';
import type { TwoFactorOptions } from './features/two-factor/options.js';
import type { Bus } from './ports/bus.js';
import type { Clock } from './ports/clock.js';
import type { Logger } from './ports/logger.js';
import type { Notifier } from './ports/notifier.js';
import type { Random } from './ports/random.js';
import type { PartialAuthStore } from './ports/store/partial-store.js';

/** The options of `createAuth`. Only `secret` and `store` have no default; every default suits production. */
export interface AuthConfig<
  Role extends string = string,
  Table extends Permissions = Permissions,
  Profile = unknown,
  ProfileInput = unknown,
> {
  /**
   * All keys are derived from it: at least 32 bytes, such as 32 random ones in base64. For rotation a list, newest
   * first: the first one signs and encrypts, all verify and decrypt. A line break at the end, as files and secret stores
   * add it, is ignored.
   */
  readonly secret: string | readonly string[] | undefined;
  /** An `AuthStore`. Parts that no configured feature needs may be missing. */
  readonly store: PartialAuthStore;
  /** Sends mail and text messages. Default: `consoleNotifier()`, except in production, where it is required. */
  readonly notifier?: Notifier | undefined;
  /** The application's name in messages and authenticator apps. Default `'Sallyport'`. */
  readonly appName?: string | undefined;
  /**
   * Where clients reach the application: `https://example.com`, or `https://example.com/api` behind a proxy that strips `/api`.
   * Required in cookie mode, which trusts its origin.
   */
  readonly baseUrl?: string | undefined;
  /**
   * Further origins whose pages may call the mount and the routes behind `requireAuth`: the library answers their CORS
   * preflights, and accepts their unsafe methods in cookie mode.
   */
  readonly trustedOrigins?: readonly string[] | undefined;
  /** Pages of the application that messages link to. Without one, the message holds a code to paste. */
  readonly urls?: UrlOptions | undefined;
  /** The language of messages, and the application's own texts. Default: English. */
  readonly messages?: MessageOptions | undefined;
  /** Tokens in bodies and the `Authorization` header, or in HttpOnly cookies. Default `'bearer'`. */
  readonly transport?: Transport | undefined;
  /** The cookies of cookie mode. */
  readonly cookies?: CookieOptions | undefined;
  readonly tokens?: TokenOptions | undefined;
  readonly session?: SessionOptions | undefined;
  readonly passwords?: PasswordOptions | undefined;
  readonly registration?: RegistrationOptions<Role> | undefined;
  /**
   * What each role may do, as `{ admin: ['users:*'], editor: ['posts:write'] }`, for `requireAuth(auth, { permission })`.
   * The library's own routes require none. Default: no role has any.
   */
  readonly permissions?: PermissionsOf<Role, Table> | undefined;
  /**
   * Fields of your own in every account, as a Standard Schema: `v.object({ company: v.string() })`. `POST /register` and the
   * routes that change a user take them as `profile`, at most 8 KiB of JSON; every answer with a `user`
   * contains them, as `null` for accounts that are older than the schema or were invited without them. Stored profiles are not
   * checked again when the schema changes.
   * Default: none, and `profile` is an unknown key.
   */
  readonly profile?: ProfileSchema<Profile, ProfileInput> | undefined;
  readonly recovery?: RecoveryOptions | undefined;
  /** Second factors. They are off if the store lacks `factors` or `backupCodes`. */
  readonly twoFactor?: TwoFactorOptions | undefined;
  /** Sign-in by a mailed link or code. Its page is `urls.emailLogin`. Default: off. */
  readonly emailLogin?: EmailLoginOptions | undefined;
  /** Passkeys (WebAuthn). Default: on if `baseUrl` has a domain. `false` turns them off. */
  readonly passkeys?: PasskeyOptions | false | undefined;
  /** External providers to log in with, such as `{ google: google({ … }) }`. Requires `baseUrl` and `urls.providerReturn`. Default: none. */
  readonly providers?: ProviderOptions | undefined;
  /** How a provider's identity is linked to an existing account with its address. Default `'session'`: only from that account's session. */
  readonly linking?: Linking | undefined;
  /** The waits after wrong guesses, and the number of requests that a source may make. */
  readonly throttling?: ThrottlingOptions | undefined;
  /**
   * Tells the other processes of the application at once which users' sessions have changed, such as `createRedisBus` of
   * `@sallyport/redis`. Default: none; the other processes then notice a change within `session.stateTtl`.
   */
  readonly bus?: Bus | undefined;
  /** Called before accounts are created, used, changed or removed; each hook may veto. Default: none. */
  readonly hooks?: HookOptions<NoInfer<Profile>> | undefined;
  readonly audit?: AuditOptions | undefined;
  /** Whether this process delivers messages; `false` if another one does. Default `true`. */
  readonly delivery?: boolean | undefined;
  /** When expired data is purged; `false`: only by `auth.maintain()`. */
  readonly maintenance?: MaintenanceOptions | false | undefined;
  /** Called with every event after its change was committed. It cannot delay or fail a request. */
  readonly onEvent?: ((event: AuthEvent) => void | Promise<void>) | undefined;
  /** Default: `createLogger()`. `false` for none. */
  readonly logger?: Logger | false | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

export type Transport = 'bearer' | 'cookie';
