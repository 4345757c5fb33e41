import { createAuth } from '@sallyport/core';
import type { Auth, Logger } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { createNotifier } from './mail.js';
import { developmentSecret } from './secret.js';
import type { Settings } from './settings.js';

/** The library as the settings say: what the server serves, and what commands work on. */
export async function openAuth(settings: Settings, logger: Logger): Promise<Auth> {
  return createAuth({
    secret: settings.secret ?? developmentSecret('.dev-secret'),
    store: await createLibsqlStore({ url: settings.databaseUrl }),
    registration: { adminPassword: settings.adminPassword },
    passwords: { cost: settings.passwordCost },
    appName: settings.totpIssuer,
    twoFactor: { backupCodes: settings.backupCodes },
    recovery: { resetTtl: `${settings.passwordResetHours}h` },
    urls: { passwordReset: settings.passwordResetUrl },
    notifier: await createNotifier(settings.email, settings.sms),
    logger,
  });
}
