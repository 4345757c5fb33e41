import { isIP } from 'node:net';
import type { LogLevel, ProviderOptions } from '@sallyport/core';
import express from 'express';
import { EnvironmentReader, SettingsError } from './environment.js';
import type { Variables } from './environment.js';
import { readProviders } from './provider-settings.js';
import { readEmailSettings, readSmsSettings } from './mail-settings.js';
import type { EmailSettings, SmsSettings } from './mail-settings.js';
import type { ShutdownLimits } from './shutdown.js';

/** The settings from the environment. `.env.example` explains each. */
export interface Settings {
  readonly isProduction: boolean;
  readonly port: number;
  /** The origin at which browsers reach the server. `undefined`: there is no page, and cookies are not used. */
  readonly baseUrl: string | undefined;
  readonly databaseUrl: string;
  /** Shared by several servers in addition to the database. `undefined`: there is one server, or each counts by itself. */
  readonly redisUrl: string | undefined;
  /** Absent only outside production. */
  readonly secret: string | undefined;
  readonly adminPassword: string | undefined;
  readonly logLevel: LogLevel;
  /** The folder of the log files; `undefined`: none are written. */
  readonly logFolder: string | undefined;
  readonly shutdown: ShutdownLimits;
  readonly passwordCost: number;
  /** Express's `trust proxy`: the number of proxies, or their addresses. */
  readonly trustProxy: false | number | readonly string[];
  /** Whether the requests of one address are limited. */
  readonly limitsSources: boolean;
  readonly email: EmailSettings;
  readonly sms: SmsSettings;
  /** The page that a mailed link opens. */
  readonly passwordResetUrl: string | undefined;
  readonly passwordResetHours: number;
  /** The name that authenticator apps show. */
  readonly totpIssuer: string;
  readonly backupCodes: number;
  /** External providers for logging in. They require `baseUrl`. */
  readonly providers: ProviderOptions;
  /** Where metrics are served; `undefined`: nowhere. */
  readonly metrics: MetricsSettings | undefined;
}

export interface MetricsSettings {
  readonly port: number;
  readonly host: string;
}

const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'http', 'debug'];
const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** Reads the environment, or throws one `SettingsError` that names every problem. */
export function readSettings(variables: Variables): Settings {
  const env = new EnvironmentReader(variables);
  const isProduction = env.oneOf('NODE_ENV', ['development', 'production', 'test'], 'development') === 'production';
  const port = env.wholeNumber('PORT', { from: 0, to: 65_535, fallback: 5_500 });
  const settings: Settings = {
    isProduction,
    port,
    baseUrl: readBaseUrl(env) ?? (isProduction ? undefined : localOrigin(port)),
    databaseUrl: readDatabaseUrl(env),
    redisUrl: readRedisUrl(env),
    secret: readSecret(env, isProduction),
    adminPassword: readAdminPassword(env),
    logLevel: env.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    logFolder: env.oneOf('LOG_TO_FILE', ['true', 'false'], 'false') === 'true' ? (env.text('LOG_DIR') ?? 'logs') : undefined,
    shutdown: readShutdown(env),
    passwordCost: env.wholeNumber('PASSWORD_COST', { from: 4, to: 14, fallback: 12 }),
    trustProxy: readProxies(env),
    limitsSources: env.oneOf('SOURCE_LIMITS', ['on', 'off'], 'on') === 'on',
    email: readEmailSettings(env, isProduction),
    sms: readSmsSettings(env, isProduction),
    passwordResetUrl: readUrl(env, 'PASSWORD_RESET_URL'),
    passwordResetHours: env.wholeNumber('PASSWORD_RESET_TOKEN_EXPIRATION_HOURS', { from: 1, to: 24, fallback: 1 }),
    totpIssuer: env.text('TOTP_ISSUER') ?? 'Sallyport',
    backupCodes: env.wholeNumber('TOTP_BACKUP_CODES_COUNT', { from: 4, to: 20, fallback: 10 }),
    providers: readProviders(env),
    metrics: readMetrics(env),
  };
  if (settings.baseUrl === undefined && Object.keys(settings.providers).length > 0) env.addIssue('BASE_URL is required with external providers, which redirect browsers there.');
  if (env.faults.length > 0) throw new SettingsError(env.faults);
  return settings;
}

function readBaseUrl(env: EnvironmentReader): string | undefined {
  const url = env.text('BASE_URL');
  if (url !== undefined && !/^https?:\/\/[^/?#@\s]+$/.test(url)) {
    env.addIssue('BASE_URL must be an origin such as https://example.com, without a path or a trailing slash.');
  }
  return url;
}

/** `undefined` if the system chooses the port: the origin is not known in advance. */
function localOrigin(port: number): string | undefined {
  return port === 0 ? undefined : `http://localhost:${port}`;
}

function readDatabaseUrl(env: EnvironmentReader): string {
  const url = env.text('DATABASE_URL') ?? 'file:./dev.db';
  if (!/^((file|libsql|https?|wss?):.|postgres(ql)?:\/\/.)/.test(url)) {
    env.addIssue('DATABASE_URL must begin with file:, libsql:, https:, http:, wss:, ws: or postgres://, as in file:./dev.db.');
  }
  return url;
}

function readRedisUrl(env: EnvironmentReader): string | undefined {
  const url = env.text('REDIS_URL');
  if (url !== undefined && !/^rediss?:\/\/./.test(url)) {
    env.addIssue('REDIS_URL must begin with redis:// or rediss://, as in redis://localhost:6379.');
  }
  return url;
}

function readSecret(env: EnvironmentReader, isProduction: boolean): string | undefined {
  const secret = env.text('JWT_SECRET_KEY');
  if (secret === undefined && isProduction) {
    env.addIssue('JWT_SECRET_KEY is required in production. Create one with `openssl rand -base64 32`.');
  }
  if (secret !== undefined && Buffer.byteLength(secret) < 32) {
    env.addIssue('JWT_SECRET_KEY must be at least 32 bytes. Create one with `openssl rand -base64 32`.');
  }
  return secret;
}

function readAdminPassword(env: EnvironmentReader): string | undefined {
  const password = env.text('ADMIN_PASSWORD');
  if (password !== undefined && password.length < 12) env.addIssue('ADMIN_PASSWORD must be at least 12 characters.');
  return password;
}

function readShutdown(env: EnvironmentReader): ShutdownLimits {
  const timeout = env.wholeNumber('SHUTDOWN_TIMEOUT', { from: 1, to: 300, fallback: 10 });
  const delay = env.wholeNumber('SHUTDOWN_DELAY', { from: 0, to: 299, fallback: 0 });
  if (delay >= timeout) env.addIssue('SHUTDOWN_DELAY must be shorter than SHUTDOWN_TIMEOUT.');
  return { delayMs: delay * 1_000, timeoutMs: timeout * 1_000 };
}

function readUrl(env: EnvironmentReader, name: string): string | undefined {
  const url = env.text(name);
  if (url !== undefined && !/^https?:\/\/./.test(url)) env.addIssue(`${name} must be an address such as https://example.com/reset.`);
  return url;
}

function readMetrics(env: EnvironmentReader): MetricsSettings | undefined {
  if (env.text('METRICS_PORT') === undefined) return undefined;
  return { port: env.wholeNumber('METRICS_PORT', { from: 0, to: 65_535, fallback: 9_464 }), host: env.text('METRICS_HOST') ?? '127.0.0.1' };
}

function readProxies(env: EnvironmentReader): Settings['trustProxy'] {
  const given = env.text('TRUST_PROXY');
  if (given === undefined) return false;
  if (/^\d{1,2}$/.test(given)) return Number(given);
  const proxies = given.split(',').map((proxy) => proxy.trim());
  if (proxies.every((proxy) => PROXY_NAMES.includes(proxy) || isSubnet(proxy)) && isTaken(proxies)) return proxies;
  env.addIssue('TRUST_PROXY must be a number of proxies, such as 1, or their addresses, such as 10.0.0.0/8. Trusting every address (0.0.0.0/0) is refused.');
  return false;
}

function isSubnet(text: string): boolean {
  const [, address = '', , bits = '1'] = /^([^/]+)(\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128);
}

/** Express is stricter than `isIP`, and would throw when the application is created. */
function isTaken(proxies: readonly string[]): boolean {
  try {
    express().set('trust proxy', proxies);
    return true;
  } catch {
    return false;
  }
}
