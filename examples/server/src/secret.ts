import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const FILE = '.dev-secret';

/**
 * This machine's secret for development. It is created on the first start and read afterwards, so that sessions survive a
 * restart. Only the owner can read the file, and every machine has its own.
 */
export function developmentSecret(): string {
  return read(FILE) ?? make(FILE);
}

/** The development secret, if there is one. */
export function readDevelopmentSecret(): string | null {
  return read(FILE);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (isFault(error, 'ENOENT')) return null;
    throw error;
  }
}

function make(path: string): string {
  const secret = randomBytes(32).toString('base64url');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link is created atomically: if two servers start at the same time, both use the first one's secret.
    linkSync(draft, path);
    return secret;
  } catch (error) {
    if (isFault(error, 'EEXIST')) return readFileSync(path, 'utf8').trim();
    throw error;
  } finally {
    rmSync(draft);
  }
}

function isFault(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
