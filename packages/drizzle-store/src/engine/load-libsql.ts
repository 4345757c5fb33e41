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
      `a file needs the package libsql, which does not run on ${platform} as it is installed. Install it on ${platform} itself, optional ` +
        'dependencies included (npm ci, without --omit=optional), rather than copying node_modules from another system; keep it external where the server is bundled',
    );
  }
}
