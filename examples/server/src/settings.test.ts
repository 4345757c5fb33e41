import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from './settings.js';

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
      port: 5_500,
      databaseUrl: 'file:./dev.db',
      secret: undefined,
      adminPassword: undefined,
      logLevel: 'info',
      passwordCost: 12,
      trustProxy: false,
    });
    expect(readSettings({ PORT: '', NODE_ENV: ' ', JWT_SECRET_KEY: '' })).toEqual(readSettings({}));
  });

  it('demands a secret in production', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toMatch(/JWT_SECRET_KEY is needed in production/);
    expect(faultsOf({ NODE_ENV: 'production', JWT_SECRET_KEY: 'x'.repeat(32) })).toBe('');
  });

  it('names every fault at once, and repeats no value', () => {
    const faults = faultsOf({
      PORT: '55000000',
      DATABASE_URL: 'postgres-canary',
      JWT_SECRET_KEY: 'secret-canary',
      ADMIN_PASSWORD: 'pw-canary',
      NODE_ENV: 'staging-canary',
      LOG_LEVEL: 'loud-canary',
      PASSWORD_COST: '3',
      TRUST_PROXY: 'true',
    });
    const names = ['PORT', 'DATABASE_URL', 'JWT_SECRET_KEY', 'ADMIN_PASSWORD', 'NODE_ENV', 'LOG_LEVEL', 'PASSWORD_COST', 'TRUST_PROXY'];
    for (const name of names) expect(faults).toMatch(new RegExp(`^  - ${name} .+\\.$`, 'm'));
    expect(faults).not.toContain('canary');
  });

  it.each(['-1', '1.5', '0x10', 'http', '65536', '1e3'])('refuses PORT=%s', (PORT) => {
    expect(faultsOf({ PORT })).toContain('PORT has to be a whole number');
  });

  it('trusts as many proxies, or those at the addresses, that it is told', () => {
    const trusted = (TRUST_PROXY: string): unknown => readSettings({ TRUST_PROXY }).trustProxy;
    expect(trusted('1')).toBe(1);
    expect(trusted('loopback, 10.0.0.0/8,fd00::/8')).toEqual(['loopback', '10.0.0.0/8', 'fd00::/8']);
    for (const TRUST_PROXY of ['true', '*', '10.0.0.0/33', '::/129', '10.0.0', '10.0.0.0/8,']) {
      expect(faultsOf({ TRUST_PROXY })).toContain('TRUST_PROXY');
    }
  });

  it('knows every name in .env.example, with the same default', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const env = Object.fromEntries([...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
    expect(Object.keys(env).toSorted()).toEqual([
      'ADMIN_PASSWORD',
      'DATABASE_URL',
      'JWT_SECRET_KEY',
      'LOG_LEVEL',
      'NODE_ENV',
      'PASSWORD_COST',
      'PORT',
      'TRUST_PROXY',
    ]);
    expect(readSettings(env)).toEqual(readSettings({}));
  });
});
