import { createAuth } from '@sallyport/core';
import type { Auth, AuthConfig, AuthStore, ProviderOptions } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { createPostgresStore } from '@sallyport/drizzle-store/postgres';
import { createRedisBus, createRedisLimiter } from '@sallyport/redis';
import { createNotifier } from './mail.js';
import type { Mailbox } from './mailbox.js';
import { developmentSecret } from './secret.js';
import type { Settings } from './settings.js';

/** The same for all servers on one database: they may have different origins, but must accept each other's tokens. */
const ISSUER = 'sallyport';

export interface OpenAuthOptions extends Pick<AuthConfig, 'logger' | 'delivery' | 'maintenance'> {
  /** Whether to migrate the tables. Default: `true`. */
  readonly migrate?: boolean;
  /** Keeps sent messages, to be read in development. */
  readonly mailbox?: Mailbox | undefined;
  /** External providers besides those of the settings. */
  readonly moreProviders?: ProviderOptions | undefined;
}

/** The library, configured by the settings. The server and the commands use it. */
export async function openAuth(settings: Settings, { migrate = true, mailbox, moreProviders, ...options }: OpenAuthOptions): Promise<Auth> {
  const { redisUrl, baseUrl } = settings;
  const notifier = await createNotifier(settings.email, settings.sms);
  return createAuth({
    secret: settings.secret ?? developmentSecret(),
    store: await openStore(settings.databaseUrl, migrate),
    tokens: { issuer: ISSUER },
    registration: { adminPassword: settings.adminPassword },
    passwords: { cost: settings.passwordCost },
    throttling: { source: settings.limitsSources, limiter: redisUrl === undefined ? undefined : createRedisLimiter({ url: redisUrl }) },
    bus: redisUrl === undefined ? undefined : createRedisBus({ url: redisUrl }),
    appName: settings.totpIssuer,
    twoFactor: { backupCodes: settings.backupCodes },
    emailLogin: { signUp: true },
    recovery: { resetTtl: `${settings.passwordResetHours}h` },
    // The page at `baseUrl` uses cookies; programs use `auth.bearer`.
    ...(baseUrl !== undefined && { baseUrl, transport: 'cookie' }),
    urls: pagesOf(settings),
    providers: { ...settings.providers, ...moreProviders },
    notifier: mailbox?.capture(notifier) ?? notifier,
    ...options,
  });
}

/** The pages that mailed links open. */
export function pagesOf({ baseUrl, passwordResetUrl }: Pick<Settings, 'baseUrl' | 'passwordResetUrl'>): NonNullable<AuthConfig['urls']> {
  if (baseUrl === undefined) return { passwordReset: passwordResetUrl };
  return {
    passwordReset: passwordResetUrl ?? `${baseUrl}/reset-password`,
    emailVerification: `${baseUrl}/verify-email`,
    invitation: `${baseUrl}/accept-invitation`,
    providerReturn: `${baseUrl}/provider-return`,
    emailLogin: `${baseUrl}/login/link`,
  };
}

async function openStore(url: string, migrate: boolean): Promise<AuthStore> {
  return url.startsWith('postgres') ? createPostgresStore({ url, migrate }) : createLibsqlStore({ url, migrate });
}
