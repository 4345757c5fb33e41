import { AuthError, ConfigError } from '@sallyport/core';
import { SettingsError } from './environment.js';

/** What the one who starts this can put right, as a sentence; anything else with its stack. */
export function explain(error: unknown): string {
  if (error instanceof SettingsError || error instanceof ConfigError) return error.message;
  if (error instanceof AuthError && error.code === 'STORE_UNAVAILABLE') return 'The server cannot start: DATABASE_URL cannot be opened.';
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return 'The server cannot start: something else listens on PORT.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
