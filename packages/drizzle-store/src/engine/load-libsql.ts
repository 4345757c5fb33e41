import type Database from 'libsql';
import type BackgroundDatabase from 'libsql/promise';
import { refuse } from '../refuse.js';

/** The native driver, which opens a file. */
export interface Libsql {
  readonly Database: typeof Database;
  readonly BackgroundDatabase: typeof BackgroundDatabase;
}

/** Loads the driver when a file is opened: a remote database does not need it. Throws `ConfigError` if it cannot be loaded. */
export async function loadLibsql(): Promise<Libsql> {
  try {
    const [{ default: direct }, { default: background }] = await Promise.all([import('libsql'), import('libsql/promise')]);
    return { Database: direct, BackgroundDatabase: background };
  } catch {
    const platform = `${process.platform}-${process.arch}`;
    throw refuse(
      'url',
      `a file needs the package libsql, which does not run on ${platform} as it is installed. Install it on ${platform} itself, optional ` +
        'dependencies included (npm ci, without --omit=optional), rather than copying node_modules from another system; keep it external where the server is bundled',
    );
  }
}
