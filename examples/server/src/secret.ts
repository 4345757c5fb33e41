import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const FILE = '.dev-secret';

/**
 * The secret of this machine for development: made on the first start, and then read, so that sessions outlive a
 * restart. Nobody else can read the file, and no two machines have the same.
 */
export function developmentSecret(): string {
  return read(FILE) ?? make(FILE);
}

/** The secret of development, where one was made. */
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
    // A link appears whole or not at all: of two servers that start at the same time, both use the first one's secret.
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
