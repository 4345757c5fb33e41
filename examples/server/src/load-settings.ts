import { existsSync } from 'node:fs';
import { readSettings } from './settings.js';
import type { Settings } from './settings.js';

/** The settings from the environment. The file `.env` fills in variables that are not set. */
export function loadSettings(): Settings {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readSettings(process.env);
}
