import type { Finding } from '@sallyport/core';
import { readDevelopmentSecret } from './secret.js';
import type { Settings } from './settings.js';

/** A finding of the library, or one of this server's own. */
export interface ServerFinding extends Pick<Finding, 'severity' | 'problem' | 'remedy'> {
  readonly id: Finding['id'] | 'development-secret' | 'trust-proxy-unset' | 'database-in-the-clear' | 'log-debug';
}

/** What the library cannot see of this server's settings. */
export function examineSettings(settings: Settings): ServerFinding[] {
  if (!settings.isProduction) return [];
  const { secret, trustProxy, databaseUrl, logLevel } = settings;
  const faults: readonly (readonly [boolean, ServerFinding])[] = [
    [secret !== undefined && secret === readDevelopmentSecret(), DEVELOPMENT_SECRET],
    [trustProxy === false, TRUST_PROXY_UNSET],
    [/^(http|ws):/.test(databaseUrl), DATABASE_IN_THE_CLEAR],
    [logLevel === 'debug', LOG_DEBUG],
  ];
  return faults.filter(([isWrong]) => isWrong).map(([, finding]) => finding);
}

const DEVELOPMENT_SECRET: ServerFinding = {
  id: 'development-secret',
  severity: 'error',
  problem: 'JWT_SECRET_KEY is the one of development, in .dev-secret: whoever has that folder can forge tokens',
  remedy: 'Set JWT_SECRET_KEY to one of its own: openssl rand -base64 32',
};

const TRUST_PROXY_UNSET: ServerFinding = {
  id: 'trust-proxy-unset',
  severity: 'warning',
  problem: 'TRUST_PROXY is not set, though this server speaks no TLS, so that a proxy has to stand before it: all clients have its address',
  remedy: 'Set TRUST_PROXY to the number of proxies, such as 1, or to their addresses',
};

const DATABASE_IN_THE_CLEAR: ServerFinding = {
  id: 'database-in-the-clear',
  severity: 'warning',
  problem: 'DATABASE_URL is http: or ws:, so hashes and addresses travel in the clear',
  remedy: 'Take libsql:, https: or wss:, unless the database is on this machine',
};

const LOG_DEBUG: ServerFinding = {
  id: 'log-debug',
  severity: 'warning',
  problem: 'LOG_LEVEL is debug: far more is written, and kept, than anybody needs',
  remedy: 'Set LOG_LEVEL=info, or http for a line each request',
};
