import * as v from 'valibot';
import { deepFreeze } from './foundation/deep-freeze.js';
import { ConfigError } from './errors.js';
import type { Issue } from './errors.js';
import { registrationOptions } from './features/accounts/options.js';
import type { RegistrationOptions, RegistrationSettings } from './features/accounts/options.js';
import type { AuthEvent } from './model/events.js';
import { emailLoginOptions } from './features/email-login/options.js';
import type { EmailLoginOptions, EmailLoginSettings } from './features/email-login/options.js';
import { hookOptions } from './features/hooks/options.js';
import type { HookOptions } from './features/hooks/options.js';
import { cookieOptions, cookieSettings } from './features/cookies/options.js';
import type { CookieOptions, CookieSettings } from './features/cookies/options.js';
import { auditOptions } from './features/audit/options.js';
import type { AuditOptions, AuditSettings } from './features/audit/options.js';
import { maintenanceOptions } from './features/maintenance/options.js';
import type { MaintenanceOptions, MaintenanceSettings } from './features/maintenance/options.js';
import { appNameOption, messageOptions, notifierOption, urlOptions } from './features/notifications/options.js';
import type { MessageOptions, MessageSettings, UrlOptions, UrlSettings } from './features/notifications/options.js';
import { passkeyFault, passkeyOptions, passkeySettings } from './features/passkeys/options.js';
import type { PasskeyOptions, PasskeySettings } from './features/passkeys/options.js';
import { permissionOptions, unknownRoles } from './features/permissions/options.js';
import type { Permissions, PermissionsOf } from './features/permissions/options.js';
import { passwordOptions } from './features/passwords/options.js';
import type { PasswordOptions, PasswordSettings } from './features/passwords/options.js';
import { profileOption } from './features/profile/options.js';
import type { ProfileSchema } from './features/profile/options.js';
import { areReachable, linkingOption, providerOptions } from './features/providers/options.js';
import type { Linking, ProviderOptions } from './features/providers/options.js';
import { recoveryOptions } from './features/recovery/options.js';
import type { RecoveryOptions, RecoverySettings } from './features/recovery/options.js';
import { sessionOptions } from './features/sessions/options.js';
import type { SessionOptions, SessionSettings } from './features/sessions/options.js';
import { throttlingOptions } from './features/throttling/options.js';
import type { ThrottlingOptions, ThrottlingSettings } from './features/throttling/options.js';
import { tokenOptions } from './features/tokens/options.js';
import type { TokenOptions, TokenSettings } from './features/tokens/options.js';
import { twoFactorOptions } from './features/two-factor/options.js';
import type { TwoFactorOptions, TwoFactorSettings } from './features/two-factor/options.js';
import { trimmedFirst } from './foundation/line-end.js';
import { orAwait } from './foundation/or-await.js';
import { dedupe, named } from './foundation/config-issues.js';
import { baseUrl, hasMethods, isFunction, origin, SECRET, secret } from './foundation/config-values.js';
import { parse } from './foundation/parse.js';
import type { Bus } from './ports/bus.js';
import { isLoopback, isPlainHttp } from './foundation/urls.js';
import type { Clock } from './ports/clock.js';
import type { Environment } from './ports/environment.js';
import { isProduction, systemEnvironment } from './ports/environment.js';
import type { Logger } from './ports/logger.js';
import type { Notifier } from './ports/notifier.js';
import type { Random } from './ports/random.js';
import type { AuthStore } from './ports/store/store.js';

/** What `createAuth` takes. Only `secret` and `store` have no default; every default is right for production. */
export interface AuthConfig<
  Role extends string = string,
  Table extends Permissions = Permissions,
  Profile = unknown,
  ProfileInput = unknown,
> {
  /**
   * What every key is derived from: at least 32 bytes, such as 32 random ones in base64. For rotation a list, newest
   * first: the first makes, all verify. A line break at the end, as files and secret stores add it, is no part of it.
   */
  readonly secret: string | readonly string[] | undefined;
  readonly store: AuthStore;
  /** What mail and text messages leave by. Default: `consoleNotifier()`; in production there is none. */
  readonly notifier?: Notifier | undefined;
  /** What the application is called in messages and in authenticator apps. Default `'Sallyport'`. */
  readonly appName?: string | undefined;
  /**
   * Where clients reach the application: `https://example.com`, or `https://example.com/api` behind a proxy that strips `/api`.
   * Cookie mode needs it, and trusts its origin.
   */
  readonly baseUrl?: string | undefined;
  /**
   * Further origins whose pages may call the mount and the routes behind `requireAuth`: the library answers their CORS
   * preflights, and accepts their unsafe methods in cookie mode.
   */
  readonly trustedOrigins?: readonly string[] | undefined;
  /** Pages of the application that messages link to. Without one, the message holds a code to paste. */
  readonly urls?: UrlOptions | undefined;
  /** The language of messages, and the application's own words. Default: English. */
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
   * The library's own routes ask for none. Default: nobody has any.
   */
  readonly permissions?: PermissionsOf<Role, Table> | undefined;
  /**
   * Fields of your own in every account, as a Standard Schema: `v.object({ company: v.string() })`. `POST /register` and the
   * routes that change a user take them as `profile`, at most 8 KiB of JSON; they are in every `user` that is answered,
   * `null` for accounts that are older than the schema or were invited without. What is stored is not checked anew where the schema changes.
   * Default: none, and `profile` is an unknown key.
   */
  readonly profile?: ProfileSchema<Profile, ProfileInput> | undefined;
  readonly recovery?: RecoveryOptions | undefined;
  readonly twoFactor?: TwoFactorOptions | undefined;
  /** Signing in by a mailed link or code, with its page in `urls.emailLogin`. Default: off. */
  readonly emailLogin?: EmailLoginOptions | undefined;
  /** Passkeys (WebAuthn). Default: on where `baseUrl` has a domain. `false` turns them off. */
  readonly passkeys?: PasskeyOptions | false | undefined;
  /** External providers to log in with, such as `{ google: google({ … }) }`, with `baseUrl` and `urls.providerReturn`. Default: none. */
  readonly providers?: ProviderOptions | undefined;
  /** How a new identity reaches an account that has its address already. Default `'session'`: only from that account's session. */
  readonly linking?: Linking | undefined;
  /** How guesses are slowed down, and how many requests a source may make. */
  readonly throttling?: ThrottlingOptions | undefined;
  /**
   * Tells the other processes of the application at once whose sessions have changed, such as `createRedisBus` of
   * `@sallyport/redis`. Default: none, and they learn of it within `session.stateTtl`.
   */
  readonly bus?: Bus | undefined;
  /** Asked before accounts are made, used, changed or removed; each may veto. Default: none. */
  readonly hooks?: HookOptions<NoInfer<Profile>> | undefined;
  readonly audit?: AuditOptions | undefined;
  /** Whether this process delivers messages; `false` where another one does. Default `true`. */
  readonly delivery?: boolean | undefined;
  /** When what has expired is purged; `false`: only by `auth.maintain()`. */
  readonly maintenance?: MaintenanceOptions | false | undefined;
  /** Called with every event after its change was committed. It never delays or fails a request. */
  readonly onEvent?: ((event: AuthEvent) => void | Promise<void>) | undefined;
  /** Default: `createLogger()`. `false` for none. */
  readonly logger?: Logger | false | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

export type Transport = 'bearer' | 'cookie';

/** The configuration, complete and frozen. Durations are milliseconds. */
export interface Settings {
  readonly secrets: readonly [string, ...string[]];
  readonly appName: string;
  readonly baseUrl: string | undefined;
  readonly trustedOrigins: readonly string[];
  /** The origin of `baseUrl`, and `trustedOrigins`. */
  readonly origins: readonly string[];
  readonly urls: UrlSettings;
  readonly messages: MessageSettings;
  readonly transport: Transport;
  readonly cookies: CookieSettings;
  readonly tokens: TokenSettings;
  readonly session: SessionSettings;
  readonly passwords: PasswordSettings;
  readonly registration: RegistrationSettings;
  readonly permissions: Permissions;
  readonly profile: ProfileSchema | undefined;
  readonly recovery: RecoverySettings;
  readonly twoFactor: TwoFactorSettings;
  /** `undefined`: off. */
  readonly emailLogin: EmailLoginSettings | undefined;
  /** `undefined` where they are off. */
  readonly passkeys: PasskeySettings | undefined;
  readonly providers: ProviderOptions;
  readonly linking: Linking;
  readonly throttling: ThrottlingSettings;
  readonly hooks: HookOptions;
  readonly audit: AuditSettings;
  readonly delivery: boolean;
  readonly maintenance: MaintenanceSettings;
}

const configSchema = v.pipe(
  v.strictObject({
    secret: v.union([v.pipe(v.array(secret), v.minLength(1, SECRET)), secret], SECRET),
    store: v.custom(hasMethods('transaction', 'ping', 'close'), orAwait('has to be an AuthStore')),
    notifier: v.optional(notifierOption),
    appName: v.optional(appNameOption, 'Sallyport'),
    baseUrl: v.optional(baseUrl),
    trustedOrigins: v.optional(v.array(origin), []),
    urls: v.optional(urlOptions, {}),
    messages: v.optional(messageOptions, {}),
    transport: v.optional(v.picklist(['bearer', 'cookie']), 'bearer'),
    cookies: v.optional(cookieOptions, {}),
    tokens: v.optional(tokenOptions, {}),
    session: v.optional(sessionOptions, {}),
    passwords: v.optional(passwordOptions, {}),
    registration: v.optional(registrationOptions, {}),
    permissions: v.optional(permissionOptions, {}),
    profile: v.optional(profileOption),
    recovery: v.optional(recoveryOptions, {}),
    twoFactor: v.optional(twoFactorOptions, {}),
    emailLogin: v.optional(emailLoginOptions),
    passkeys: passkeyOptions,
    providers: v.optional(providerOptions, {}),
    linking: v.optional(linkingOption, 'session'),
    throttling: v.optional(throttlingOptions, {}),
    bus: v.optional(v.custom(hasMethods('publish', 'subscribe', 'inspect', 'close'), orAwait('has to be a Bus'))),
    hooks: v.optional(hookOptions, {}),
    audit: v.optional(auditOptions, {}),
    delivery: v.optional(v.boolean(), true),
    maintenance: v.optional(maintenanceOptions, {}),
    onEvent: v.optional(v.custom(isFunction, 'has to be a function')),
    logger: v.optional(
      v.union([v.literal(false), v.custom(hasMethods('error', 'warn', 'info', 'http', 'debug'))], 'has to be a Logger or false'),
    ),
    clock: v.optional(v.custom(hasMethods('now', 'schedule'), 'has to be a Clock')),
    random: v.optional(v.custom(hasMethods('bytes'), 'has to be a Random')),
  }),
  v.forward(
    v.partialCheck(
      [['baseUrl'], ['transport']],
      ({ baseUrl, transport }) => transport === 'bearer' || baseUrl !== undefined,
      'is needed with transport "cookie": it is the origin whose requests are trusted',
    ),
    ['baseUrl'],
  ),
  v.forward(
    v.partialCheck(
      [['passkeys'], ['baseUrl'], ['trustedOrigins']],
      (parts) => passkeyFault(parts) === null,
      ({ input }) => passkeyFault(input) ?? '',
    ),
    ['passkeys'],
  ),
  v.forward(
    v.partialCheck(
      [['providers'], ['baseUrl'], ['urls']],
      (parts) => areReachable(parts),
      'need baseUrl, which callbacks are addressed to, and urls.providerReturn, which browsers come back to',
    ),
    ['providers'],
  ),
  v.forward(
    v.partialCheck(
      [['permissions'], ['registration']],
      ({ permissions, registration }) => unknownRoles(permissions, registration.roles).length === 0,
      ({ input: { permissions, registration } }) =>
        `names what is not one of registration.roles: ${unknownRoles(permissions, registration.roles).join(', ')}`,
    ),
    ['permissions'],
  ),
);

/** Checks the whole configuration and throws one `ConfigError` that lists every fault (security.md L5). */
export function resolveConfig(config: AuthConfig, environment: Environment = systemEnvironment): Settings {
  // Without any configuration what it needs is still named.
  const parsed = parse(configSchema, config ?? {});
  const missing = missingInProduction(config, environment);
  if (!parsed.ok) throw new ConfigError(dedupe([...parsed.issues.map(named), ...missing]));
  if (missing.length > 0) throw new ConfigError(missing);
  const { secret: given, store, notifier, bus, onEvent, logger, clock, random, baseUrl, profile, emailLogin, ...options } = parsed.value;
  const [newest = '', ...older] = trimmedFirst(typeof given === 'string' ? [given] : given);
  const secure = baseUrl === undefined || isProduction(environment) || !isPlainHttp(baseUrl) || !isLoopback(baseUrl);
  return deepFreeze({
    ...options,
    baseUrl,
    profile,
    emailLogin,
    passkeys: passkeySettings({ ...options, baseUrl }),
    origins: [...(baseUrl === undefined ? [] : [new URL(baseUrl).origin]), ...options.trustedOrigins],
    // Safari keeps no Secure cookie of http://localhost.
    cookies: cookieSettings({ ...options.cookies, secure }),
    secrets: [newest, ...older],
  });
}

/** The console, good as it is for development, would write codes and links into the production log. */
function missingInProduction(config: AuthConfig, environment: Environment): Issue[] {
  if (!isProduction(environment) || config?.notifier !== undefined) return [];
  return [{ path: 'notifier', message: 'is required in production, such as one of @sallyport/notifiers' }];
}
