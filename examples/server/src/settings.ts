import { isIP } from 'node:net';
import type { LogLevel } from '@sallyport/core';

/** What the server is told by its environment; `.env.example` explains each. */
export interface Settings {
  readonly port: number;
  readonly databaseUrl: string;
  /** Absent only outside production. */
  readonly secret: string | undefined;
  readonly adminPassword: string | undefined;
  readonly logLevel: LogLevel;
  readonly passwordCost: number;
  /** Express's `trust proxy`: how many proxies, or their addresses. */
  readonly trustProxy: false | number | readonly string[];
}

/** Everything that is wrong with the environment, a sentence each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(faults: readonly string[]) {
    super(`The server cannot start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'http', 'debug'];
const ENVIRONMENTS = ['development', 'production', 'test'];
const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** Reads the environment, or throws one `SettingsError` that names every fault. No value is repeated: some are secret. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  // An empty value, as in a copied .env, is none.
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  const fault = (sentence: string): undefined => void faults.push(sentence);

  const wholeNumber = (name: string, range: { from: number; to: number; otherwise: number }): number => {
    const given = text(name);
    if (given === undefined) return range.otherwise;
    const value = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
    if (value >= range.from && value <= range.to) return value;
    fault(`${name} has to be a whole number from ${range.from} to ${range.to}.`);
    return range.otherwise;
  };

  const environment = text('NODE_ENV') ?? 'development';
  if (!ENVIRONMENTS.includes(environment)) fault(`NODE_ENV has to be one of ${ENVIRONMENTS.join(', ')}.`);

  const databaseUrl = text('DATABASE_URL') ?? 'file:./dev.db';
  if (!/^(file|libsql|https?|wss?):./.test(databaseUrl)) {
    fault('DATABASE_URL has to begin with file:, libsql:, https:, http:, wss: or ws:, as in file:./dev.db.');
  }

  const secret = text('JWT_SECRET_KEY');
  if (secret === undefined && environment === 'production') {
    fault('JWT_SECRET_KEY is needed in production; openssl rand -base64 32 makes one.');
  }
  if (secret !== undefined && Buffer.byteLength(secret) < 32) {
    fault('JWT_SECRET_KEY has to be at least 32 bytes; openssl rand -base64 32 makes one.');
  }

  const adminPassword = text('ADMIN_PASSWORD');
  if (adminPassword !== undefined && adminPassword.length < 12) fault('ADMIN_PASSWORD has to be at least 12 characters.');

  const logLevel = LOG_LEVELS.find((level) => level === (text('LOG_LEVEL') ?? 'info'));
  if (logLevel === undefined) fault(`LOG_LEVEL has to be one of ${LOG_LEVELS.join(', ')}.`);

  const port = wholeNumber('PORT', { from: 0, to: 65_535, otherwise: 5_500 });
  const passwordCost = wholeNumber('PASSWORD_COST', { from: 4, to: 14, otherwise: 12 });
  const trustProxy = readProxies(text('TRUST_PROXY'));
  if (trustProxy === undefined) fault('TRUST_PROXY has to be a number of proxies, such as 1, or their addresses, such as 10.0.0.0/8.');

  if (faults.length > 0 || logLevel === undefined || trustProxy === undefined) throw new SettingsError(faults);
  return { port, databaseUrl, secret, adminPassword, logLevel, passwordCost, trustProxy };
}

function readProxies(given: string | undefined): Settings['trustProxy'] | undefined {
  if (given === undefined) return false;
  if (/^\d{1,2}$/.test(given)) return Number(given);
  const proxies = given.split(',').map((proxy) => proxy.trim());
  return proxies.every((proxy) => PROXY_NAMES.includes(proxy) || isSubnet(proxy)) ? proxies : undefined;
}

function isSubnet(text: string): boolean {
  const [, address = '', , bits = '0'] = /^([^/]+)(\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}
