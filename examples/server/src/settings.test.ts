import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SettingsError } from './environment.js';
import { readSettings } from './settings.js';

const faultsOf = (env: Record<string, string>): string => {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
};

describe('readSettings', () => {
  it('has a default for everything outside production', () => {
    expect(readSettings({})).toEqual({
      isProduction: false,
      port: 5_500,
      baseUrl: 'http://localhost:5500',
      databaseUrl: 'file:./dev.db',
      secret: undefined,
      adminPassword: undefined,
      logLevel: 'info',
      logFolder: undefined,
      shutdown: { delayMs: 0, timeoutMs: 10_000 },
      passwordCost: 12,
      trustProxy: false,
      limitsSources: true,
      email: { provider: 'console' },
      sms: { provider: 'console' },
      passwordResetUrl: undefined,
      passwordResetHours: 1,
      totpIssuer: 'Sallyport',
      backupCodes: 10,
      providers: {},
      metrics: undefined,
    });
    expect(readSettings({ PORT: '', NODE_ENV: ' ', JWT_SECRET_KEY: '' })).toEqual(readSettings({}));
  });

  it('requires a secret and a mail provider in production', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toMatch(/JWT_SECRET_KEY is required in production/);
    expect(faultsOf({ NODE_ENV: 'production' })).toMatch(/EMAIL_PROVIDER is required in production/);
    const production = { NODE_ENV: 'production', JWT_SECRET_KEY: 'x'.repeat(32), EMAIL_PROVIDER: 'console' };
    expect(faultsOf(production)).toBe('');
    expect(readSettings(production).sms).toEqual({ provider: 'none' });
  });

  it('names the settings that a provider requires, and refuses an unknown provider', () => {
    expect(faultsOf({ EMAIL_PROVIDER: 'resend' })).toMatch(/EMAIL_SERVICE_API_KEY is required for EMAIL_PROVIDER=resend/);
    expect(faultsOf({ EMAIL_PROVIDER: 'smtp' })).toMatch(/SMTP_HOST is required for EMAIL_PROVIDER=smtp/);
    expect(faultsOf({ SMS_PROVIDER: 'twilio' })).toMatch(/SMS_SERVICE_ACCOUNT is required for SMS_PROVIDER=twilio/);
    expect(faultsOf({ EMAIL_PROVIDER: 'pigeon' })).toMatch(/EMAIL_PROVIDER must be one of console, resend, sendgrid, smtp/);
    expect(faultsOf({ SMS_PROVIDER: 'pigeon' })).toMatch(/SMS_PROVIDER must be one of console, none, twilio/);
    const smtp = { EMAIL_PROVIDER: 'smtp', SMTP_HOST: 'mail.example.com', EMAIL_FROM: 'App <app@example.com>' };
    expect(readSettings(smtp).email).toMatchObject({ provider: 'smtp', port: undefined, security: undefined });
    expect(readSettings({ ...smtp, SMTP_PORT: '25', SMTP_SECURITY: 'none' }).email).toMatchObject({ port: 25, security: 'none' });
    expect(faultsOf({ ...smtp, SMTP_SECURITY: 'ssl' })).toMatch(/SMTP_SECURITY must be one of tls, starttls, none/);
  });

  it('reports all problems at once, and repeats no value', () => {
    const faults = faultsOf({
      PORT: '55000000',
      DATABASE_URL: 'postgres-canary',
      JWT_SECRET_KEY: 'secret-canary',
      ADMIN_PASSWORD: 'pw-canary',
      NODE_ENV: 'staging-canary',
      LOG_LEVEL: 'loud-canary',
      PASSWORD_COST: '3',
      LOG_TO_FILE: 'canary',
      SHUTDOWN_TIMEOUT: '0',
      SHUTDOWN_DELAY: '10',
      TRUST_PROXY: 'true',
      PASSWORD_RESET_URL: 'javascript:canary',
      TOTP_BACKUP_CODES_COUNT: 'many-canary',
    });
    const names = ['PORT', 'DATABASE_URL', 'JWT_SECRET_KEY', 'ADMIN_PASSWORD', 'NODE_ENV', 'LOG_LEVEL', 'LOG_TO_FILE', 'SHUTDOWN_TIMEOUT', 'SHUTDOWN_DELAY', 'PASSWORD_COST', 'TRUST_PROXY', 'PASSWORD_RESET_URL', 'TOTP_BACKUP_CODES_COUNT'];
    for (const name of names) expect(faults).toMatch(new RegExp(`^  - ${name} .+\\.$`, 'm'));
    expect(faults).not.toContain('canary');
  });

  it.each(['-1', '1.5', '0x10', 'http', '65536', '1e3'])('refuses PORT=%s', (PORT) => {
    expect(faultsOf({ PORT })).toContain('PORT must be a whole number');
  });

  it('trusts the configured number of proxies, or the configured addresses', () => {
    const trusted = (TRUST_PROXY: string): unknown => readSettings({ TRUST_PROXY }).trustProxy;
    expect(trusted('1')).toBe(1);
    expect(trusted('loopback, 10.0.0.0/8,fd00::/8')).toEqual(['loopback', '10.0.0.0/8', 'fd00::/8']);
    for (const TRUST_PROXY of ['true', '*', '10.0.0.0/33', '::/129', '10.0.0', '10.0.0.0/8,', '0.0.0.0/0', '::/0', '10.0.0.0/0', 'loopback,0.0.0.0/0']) {
      expect(faultsOf({ TRUST_PROXY })).toContain('TRUST_PROXY');
    }
  });

  it('serves metrics on this machine only, and only if a port is set', () => {
    expect(readSettings({ METRICS_HOST: '0.0.0.0' }).metrics).toBeUndefined();
    expect(readSettings({ METRICS_PORT: '9464' }).metrics).toEqual({ port: 9_464, host: '127.0.0.1' });
    expect(readSettings({ METRICS_PORT: '9464', METRICS_HOST: '10.0.0.1' }).metrics).toEqual({ port: 9_464, host: '10.0.0.1' });
    expect(faultsOf({ METRICS_PORT: 'yes' })).toContain('METRICS_PORT must be a whole number');
  });

  it('derives the origin for browsers from the port, except if the system chooses the port or in production', () => {
    expect(readSettings({ PORT: '8080' }).baseUrl).toBe('http://localhost:8080');
    expect(readSettings({ PORT: '0' }).baseUrl).toBeUndefined();
    expect(readSettings({ BASE_URL: 'https://example.com' }).baseUrl).toBe('https://example.com');
    const production = { NODE_ENV: 'production', JWT_SECRET_KEY: 'x'.repeat(32), EMAIL_PROVIDER: 'console' };
    expect(readSettings(production).baseUrl).toBeUndefined();
    for (const BASE_URL of ['example.com', 'https://example.com/', 'https://example.com/app', 'javascript:canary', 'https://user:canary@example.com']) {
      expect(faultsOf({ BASE_URL })).toMatch(/^  - BASE_URL must be an origin/m);
      expect(faultsOf({ BASE_URL })).not.toContain('canary');
    }
  });

  it('accepts the URL of a Redis, and does not repeat an invalid one', () => {
    expect(readSettings({}).redisUrl).toBeUndefined();
    expect(readSettings({ REDIS_URL: 'rediss://user:password@redis.example.com:6380/1' }).redisUrl).toMatch(/^rediss:/);
    expect(faultsOf({ REDIS_URL: 'localhost:canary' })).toContain('REDIS_URL must begin with redis://');
    expect(faultsOf({ REDIS_URL: 'localhost:canary' })).not.toContain('canary');
  });

  it('accepts external providers, and names missing settings without repeating values', () => {
    const google = { GOOGLE_CLIENT_ID: 'canary', GOOGLE_CLIENT_SECRET: 'a secret' };
    expect(Object.keys(readSettings({ ...google, GITHUB_CLIENT_ID: 'b', GITHUB_CLIENT_SECRET: 'c' }).providers)).toEqual(['google', 'github']);
    expect(faultsOf({ GOOGLE_CLIENT_ID: 'canary' })).toMatch(/GOOGLE_CLIENT_SECRET is required with GOOGLE_CLIENT_ID/);
    expect(faultsOf({ APPLE_CLIENT_ID: 'canary' })).toMatch(/APPLE_PRIVATE_KEY is required/);
    expect(faultsOf({ APPLE_CLIENT_ID: 'a', APPLE_TEAM_ID: 'b', APPLE_KEY_ID: 'c', APPLE_PRIVATE_KEY: 'canary' })).toMatch(/APPLE_PRIVATE_KEY must be/);
    expect(faultsOf({ ...google, PORT: '0' })).toMatch(/BASE_URL is required with external providers/);
    expect(faultsOf({ GOOGLE_CLIENT_ID: 'canary' })).not.toContain('canary');
  });

  it('reads every name in .env.example, with the same default', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const env = Object.fromEntries([...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
    expect(Object.keys(env).toSorted()).toEqual([
      'ADMIN_PASSWORD',
      'APPLE_CLIENT_ID',
      'APPLE_KEY_ID',
      'APPLE_PRIVATE_KEY',
      'APPLE_TEAM_ID',
      'BASE_URL',
      'DATABASE_URL',
      'EMAIL_FROM',
      'EMAIL_PROVIDER',
      'EMAIL_SERVICE_API_KEY',
      'GITHUB_CLIENT_ID',
      'GITHUB_CLIENT_SECRET',
      'GOOGLE_CLIENT_ID',
      'GOOGLE_CLIENT_SECRET',
      'JWT_SECRET_KEY',
      'LOG_DIR',
      'LOG_LEVEL',
      'LOG_TO_FILE',
      'METRICS_HOST',
      'METRICS_PORT',
      'MICROSOFT_CLIENT_ID',
      'MICROSOFT_CLIENT_SECRET',
      'MICROSOFT_TENANT',
      'NODE_ENV',
      'PASSWORD_COST',
      'PASSWORD_RESET_TOKEN_EXPIRATION_HOURS',
      'PASSWORD_RESET_URL',
      'PORT',
      'REDIS_URL',
      'SHUTDOWN_DELAY',
      'SHUTDOWN_TIMEOUT',
      'SMS_FROM',
      'SMS_PROVIDER',
      'SMS_SERVICE_ACCOUNT',
      'SMS_SERVICE_API_KEY',
      'SMTP_HOST',
      'SMTP_PORT',
      'SMTP_SECURITY',
      'SMTP_USER',
      'SOURCE_LIMITS',
      'TOTP_BACKUP_CODES_COUNT',
      'TOTP_ISSUER',
      'TRUST_PROXY',
    ]);
    expect(readSettings(env)).toEqual(readSettings({}));
  });
});
