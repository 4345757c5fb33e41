import * as v from 'valibot';
import { deepFreeze } from './foundation/deep-freeze.js';
import { ConfigError, type Issue } from './errors.js';
import { registrationOptions, type RegistrationSettings } from './features/accounts/options.js';
import { emailLoginOptions, type EmailLoginSettings } from './features/email-login/options.js';
import { hookOptions, type HookOptions } from './features/hooks/options.js';
import { cookieOptions, cookieSettings, type CookieSettings } from './features/cookies/options.js';
import { auditOptions, type AuditSettings } from './features/audit/options.js';
import { maintenanceOptions, type MaintenanceSettings } from './features/maintenance/options.js';
import { appNameOption, messageOptions, notifierOption, urlOptions } from './features/notifications/options.js';
import type { MessageSettings, UrlSettings } from './features/notifications/options.js';
import { passkeyFault, passkeyOptions, passkeySettings, type PasskeySettings } from './features/passkeys/options.js';
import { permissionOptions, unknownRoles, type Permissions } from './features/permissions/options.js';
import { passwordOptions, type PasswordSettings } from './features/passwords/options.js';
import { profileOption, type ProfileSchema } from './features/profile/options.js';
import { areReachable, linkingOption, providerOptions, providerSettings, type Linking, type ProviderOptions } from './features/providers/options.js';
import { recoveryOptions, type RecoverySettings } from './features/recovery/options.js';
import { sessionOptions, type SessionSettings } from './features/sessions/options.js';
import { throttlingOptions, type ThrottlingSettings } from './features/throttling/options.js';
import { tokenOptions, type TokenSettings } from './features/tokens/options.js';
import { twoFactorFault, twoFactorOptions, twoFactorSettings, type TwoFactorSettings } from './features/two-factor/options.js';
import { trimmedFirst } from './foundation/line-end.js';
import { orAwait } from './foundation/or-await.js';
import { dedupe, named } from './foundation/config-issues.js';
import { baseUrl, hasMethods, isFunction, origin, SECRET, secret } from './foundation/config-values.js';
import { parse } from './foundation/parse.js';
import { isLoopback, isPlainHttp } from './foundation/urls.js';
import { isProduction, systemEnvironment, type Environment } from './ports/environment.js';
import type { PartialAuthStore } from './ports/store/partial-store.js';
import type { AuthConfig, Transport } from './auth-config.js';

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
  /** `undefined`: off, since the store lacks a part. */
  readonly twoFactor: TwoFactorSettings | undefined;
  /** `undefined`: off. */
  readonly emailLogin: EmailLoginSettings | undefined;
  /** `undefined`: they are off. */
  readonly passkeys: PasskeySettings | undefined;
  /** `undefined`: none are configured. */
  readonly providers: ProviderOptions | undefined;
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
    store: v.custom<PartialAuthStore>(hasMethods('transaction', 'ping', 'close'), orAwait('must be an AuthStore')),
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
    twoFactor: v.optional(twoFactorOptions),
    emailLogin: v.optional(emailLoginOptions),
    passkeys: passkeyOptions,
    providers: v.optional(providerOptions, {}),
    linking: v.optional(linkingOption, 'session'),
    throttling: v.optional(throttlingOptions, {}),
    bus: v.optional(v.custom(hasMethods('publish', 'subscribe', 'inspect', 'close'), orAwait('must be a Bus'))),
    hooks: v.optional(hookOptions, {}),
    audit: v.optional(auditOptions, {}),
    delivery: v.optional(v.boolean(), true),
    maintenance: v.optional(maintenanceOptions, {}),
    onEvent: v.optional(v.custom(isFunction, 'must be a function')),
    logger: v.optional(
      v.union([v.literal(false), v.custom(hasMethods('error', 'warn', 'info', 'http', 'debug'))], 'must be a Logger or false'),
    ),
    clock: v.optional(v.custom(hasMethods('now', 'schedule'), 'must be a Clock')),
    random: v.optional(v.custom(hasMethods('bytes'), 'must be a Random')),
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
      [['twoFactor'], ['store']],
      ({ twoFactor, store }) => twoFactor === undefined || twoFactorFault(store) === null,
      ({ input: { store } }) => twoFactorFault(store) ?? '',
    ),
    ['twoFactor'],
  ),
  v.forward(
    v.partialCheck(
      [['passkeys'], ['store']],
      ({ passkeys = false, store }) => passkeys === false || store.passkeys !== undefined,
      'need a store with the part `passkeys`',
    ),
    ['passkeys'],
  ),
  v.forward(
    v.partialCheck(
      [['providers'], ['store']],
      ({ providers, store }) => Object.keys(providers).length === 0 || store.identities !== undefined,
      'need a store with the part `identities`',
    ),
    ['providers'],
  ),
  v.forward(
    v.partialCheck(
      [['providers'], ['baseUrl'], ['urls']],
      (parts) => areReachable(parts),
      'need baseUrl for callbacks, and urls.providerReturn for the page that browsers return to',
    ),
    ['providers'],
  ),
  v.forward(
    v.partialCheck(
      [['permissions'], ['registration']],
      ({ permissions, registration }) => unknownRoles(permissions, registration.roles).length === 0,
      ({ input: { permissions, registration } }) =>
        `names roles that are not in registration.roles: ${unknownRoles(permissions, registration.roles).join(', ')}`,
    ),
    ['permissions'],
  ),
);

/** Checks the whole configuration and throws a single `ConfigError` that lists every fault (security.md L5). */
export function resolveConfig(config: AuthConfig, environment: Environment = systemEnvironment): Settings {
  // Without any configuration, the required options are named too.
  const parsed = parse(configSchema, config ?? {});
  const missing = missingInProduction(config, environment);
  if (!parsed.ok) throw new ConfigError(dedupe([...parsed.issues.map(named), ...missing]));
  if (missing.length > 0) throw new ConfigError(missing);
  const { secret: given, store, notifier, bus, onEvent, logger, clock, random, baseUrl, profile, emailLogin, twoFactor, ...options } = parsed.value;
  const [newest = '', ...older] = trimmedFirst(typeof given === 'string' ? [given] : given);
  const secure = baseUrl === undefined || isProduction(environment) || !isPlainHttp(baseUrl) || !isLoopback(baseUrl);
  return deepFreeze({
    ...options,
    baseUrl,
    profile,
    emailLogin,
    twoFactor: twoFactorSettings(twoFactor, store),
    passkeys: store.passkeys === undefined ? undefined : passkeySettings({ ...options, baseUrl }),
    providers: providerSettings(options.providers),
    origins: [...(baseUrl === undefined ? [] : [new URL(baseUrl).origin]), ...options.trustedOrigins],
    // Safari keeps no Secure cookie of http://localhost.
    cookies: cookieSettings({ ...options.cookies, secure }),
    secrets: [newest, ...older],
  });
}

/** Required in production: the console notifier would write codes and links to the log. */
function missingInProduction(config: AuthConfig, environment: Environment): Issue[] {
  if (!isProduction(environment) || config?.notifier !== undefined) return [];
  return [{ path: 'notifier', message: 'is required in production, such as one of @sallyport/notifiers' }];
}
