import { createAuth } from '@sallyport/core';
import type { Auth, AuthConfig, AuthStore } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { createPostgresStore } from '@sallyport/drizzle-store/postgres';
import { createRedisBus, createRedisLimiter } from '@sallyport/redis';
import { createNotifier } from './mail.js';
import { developmentSecret } from './secret.js';
import type { Settings } from './settings.js';

export interface OpenAuthOptions extends Pick<AuthConfig, 'logger' | 'delivery' | 'maintenance'> {
  /** Whether to bring the tables of the database up to date. Default: `true`. */
  readonly migrate?: boolean;
}

/** The library as the settings say: what the server serves, and what commands work on. */
export async function openAuth(settings: Settings, { migrate = true, ...options }: OpenAuthOptions): Promise<Auth> {
  const { redisUrl } = settings;
  return createAuth({
    secret: settings.secret ?? developmentSecret(),
    store: await openStore(settings.databaseUrl, migrate),
    registration: { adminPassword: settings.adminPassword },
    passwords: { cost: settings.passwordCost },
    throttling: { source: settings.limitsSources, limiter: redisUrl === undefined ? undefined : createRedisLimiter({ url: redisUrl }) },
    bus: redisUrl === undefined ? undefined : createRedisBus({ url: redisUrl }),
    appName: settings.totpIssuer,
    twoFactor: { backupCodes: settings.backupCodes },
    recovery: { resetTtl: `${settings.passwordResetHours}h` },
    urls: { passwordReset: settings.passwordResetUrl },
    notifier: await createNotifier(settings.email, settings.sms),
    ...options,
  });
}

async function openStore(url: string, migrate: boolean): Promise<AuthStore> {
  return url.startsWith('postgres') ? createPostgresStore({ url, migrate }) : createLibsqlStore({ url, migrate });
}
