import type { Finding } from '@sallyport/core';
import { readDevelopmentSecret } from './secret.js';
import type { Settings } from './settings.js';

/** A finding of the library, or of this server. */
export interface ServerFinding extends Pick<Finding, 'severity' | 'problem' | 'remedy'> {
  readonly id: Finding['id'] | 'development-secret' | 'trust-proxy-unset' | 'database-in-the-clear' | 'log-debug';
}

/** Findings about this server's settings, which the library does not know. */
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
  problem: 'JWT_SECRET_KEY is the development secret from .dev-secret: anyone with access to that folder can forge tokens',
  remedy: 'Set JWT_SECRET_KEY to a new secret: openssl rand -base64 32',
};

const TRUST_PROXY_UNSET: ServerFinding = {
  id: 'trust-proxy-unset',
  severity: 'warning',
  problem: 'TRUST_PROXY is not set. This server has no TLS, so there must be a proxy in front of it, and all clients seem to have its address',
  remedy: 'Set TRUST_PROXY to the number of proxies, such as 1, or to their addresses',
};

const DATABASE_IN_THE_CLEAR: ServerFinding = {
  id: 'database-in-the-clear',
  severity: 'warning',
  problem: 'DATABASE_URL is http: or ws:, so hashes and addresses are sent unencrypted',
  remedy: 'Use libsql:, https: or wss:, unless the database is on this machine',
};

const LOG_DEBUG: ServerFinding = {
  id: 'log-debug',
  severity: 'warning',
  problem: 'LOG_LEVEL is debug, which logs far more than production needs',
  remedy: 'Set LOG_LEVEL=info, or http for one line per request',
};
