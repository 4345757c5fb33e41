import { tables } from './0000-tables.js';
import { refusalsByTheHour } from './0001-refusals-by-the-hour.js';
import { passkeys } from './0002-passkeys.js';
import { identities } from './0003-identities.js';
import { usersWithoutAPassword } from './0004-users-without-a-password.js';
import type { Migration } from '../../migration.js';

/** Every migration, in order. */
export const MIGRATIONS: readonly Migration[] = [tables, refusalsByTheHour, passkeys, identities, usersWithoutAPassword];
