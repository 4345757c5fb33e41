import { closeSync, mkdtempSync, openSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AuthError, ConfigError } from '@sallyport/core';
import { codeOf, faultOf } from '../errors.js';
import type { StoreError } from '../errors.js';
import { refuse } from '../refuse.js';

/** A file system on which SQLite cannot keep its log. */
export class NoWalError extends Error {
  override readonly name = 'NoWalError';
}

/**
 * Why a database file cannot be opened. A problem that the operator can fix names the file and the fix; others may be temporary.
 */
export function openFailure(error: unknown, path: string): ConfigError | AuthError | StoreError {
  const advice = adviceOf(error, path);
  return advice === null ? faultOf(error, 'open') : refuse('url', advice);
}

function adviceOf(error: unknown, path: string): string | null {
  const code = codeOf(error);
  const unwritable = `${path} cannot be written (${code}): allow the user that runs this process to write the file and its folder`;
  if (error instanceof NoWalError || /^SQLITE_IOERR_SHM(OPEN|MAP|LOCK)$/.test(code)) {
    return `${path} is on a file system without the shared memory that SQLite's log (WAL) needs, such as a network drive: put it on a local disk, or use a database on a server`;
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return `the folder ${dirname(path)} does not exist: create it, or, if the path is relative, start the process in the right folder`;
  }
  if (code === 'EISDIR') return `${path} is a folder: give the path of a file in it`;
  if (code === 'EROFS') return `${path} is on a file system that is mounted read-only: mount it for writing, or use another path`;
  if (['EACCES', 'EPERM'].includes(code)) return unwritable;
  if (['ENAMETOOLONG', 'ELOOP'].includes(code)) return `${path} cannot be opened (${code}): use another path`;
  if (code === 'SQLITE_NOTADB') return `${path} is not an SQLite database, or is encrypted: use another file`;
  // The same codes are used for temporary problems, such as too many open files.
  return /^SQLITE_(CANTOPEN|READONLY|PERM)/.test(code) && !isWritable(path) ? unwritable : null;
}

function isWritable(path: string): boolean {
  try {
    closeSync(openSync(path, 'r+'));
    // SQLite keeps its log beside the file.
    rmdirSync(mkdtempSync(join(dirname(path), '.sallyport-')));
    return true;
  } catch {
    return false;
  }
}
