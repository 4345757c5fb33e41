import { existsSync } from 'node:fs';
import { readSettings } from './settings.js';
import type { Settings } from './settings.js';

/** What this process is told by its environment, and by the file `.env` where that says nothing. */
export function loadSettings(): Settings {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readSettings(process.env);
}
