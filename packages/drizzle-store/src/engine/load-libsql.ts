import type Database from 'libsql';
import type BackgroundDatabase from 'libsql/promise';
import { refuse } from '../refuse.js';

/** The native driver, which opens a file. */
export interface Libsql {
  readonly Database: typeof Database;
  /** Loaded for the first purge: a process starts faster without it. */
  readonly loadBackgroundDatabase: () => Promise<typeof BackgroundDatabase>;
}

/** Loads the driver when a file is opened: a remote database does not need it. Throws `ConfigError` if it cannot be loaded. */
export async function loadLibsql(): Promise<Libsql> {
  try {
    const { default: Database } = await import('libsql');
    return { Database, loadBackgroundDatabase: async () => (await import('libsql/promise')).default };
  } catch {
    const platform = `${process.platform}-${process.arch}`;
    throw refuse(
      'url',
      `a file needs the package libsql, and the installed one does not run on ${platform}. Install it on ${platform} itself, with optional ` +
        'dependencies (npm ci without --omit=optional); do not copy node_modules from another system. If you bundle the server, keep libsql external',
    );
  }
}
