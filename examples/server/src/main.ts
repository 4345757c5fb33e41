import { existsSync } from 'node:fs';
import { AuthError, ConfigError, createAuth, createLogger } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { createApp } from './app.js';
import { developmentSecret } from './secret.js';
import { listen, portOf } from './server.js';
import { SettingsError } from './environment.js';
import { createNotifier } from './mail.js';
import { readSettings } from './settings.js';
import { shutDownOnSignal } from './shutdown.js';

const SHUTDOWN_LIMIT_MS = 8_000;

async function start(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const settings = readSettings(process.env);
  const { port, databaseUrl, secret, adminPassword, logLevel, passwordCost, trustProxy } = settings;

  const logger = createLogger({ level: logLevel });
  const auth = createAuth({
    secret: secret ?? developmentSecret('.dev-secret'),
    store: await createLibsqlStore({ url: databaseUrl }),
    registration: { adminPassword },
    passwords: { cost: passwordCost },
    throttling: { source: settings.limitsSources },
    appName: settings.totpIssuer,
    twoFactor: { backupCodes: settings.backupCodes },
    recovery: { resetTtl: `${settings.passwordResetHours}h` },
    urls: { passwordReset: settings.passwordResetUrl },
    notifier: await createNotifier(settings.email, settings.sms),
    logger,
  });

  const server = await listen(port, createApp({ auth, logger, trustProxy }));
  shutDownOnSignal({ server, close: () => auth.close(), logger, limitMs: SHUTDOWN_LIMIT_MS });
  greet(`http://localhost:${portOf(server)}`);
}

function greet(origin: string): void {
  const ada = JSON.stringify({ email: 'ada@example.com', password: 'seven violet otters', name: 'Ada' });
  console.log(`Sallyport listens on ${origin}/auth; every route is in ${origin}/auth/openapi.json`);
  console.log(`Try: curl -s ${origin}/auth/register -H 'content-type: application/json' -d '${ada}'`);
}

/** What the one who starts the server can put right, as a sentence; anything else with its stack. */
function explain(error: unknown): string {
  if (error instanceof SettingsError || error instanceof ConfigError) return error.message;
  if (error instanceof AuthError && error.code === 'STORE_UNAVAILABLE') return 'The server cannot start: DATABASE_URL cannot be opened.';
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return 'The server cannot start: something else listens on PORT.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

start().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});
