import type { Migration } from '../../migration.js';

export const refusalsByTheHour: Migration = {
  tag: '0001_refusals_by_the_hour',
  statements: (prefix) => [
    `ALTER TABLE ${prefix}events
      ADD COLUMN count integer NOT NULL DEFAULT 1,
      ADD COLUMN last_at timestamptz(3),
      ADD COLUMN refusal_key text COLLATE "C"`,
    `CREATE UNIQUE INDEX ${prefix}events_refusal_key ON ${prefix}events (refusal_key) WHERE refusal_key IS NOT NULL`,
    `DROP INDEX ${prefix}events_actor_id`,
    `CREATE INDEX ${prefix}events_deeds ON ${prefix}events (actor_id, id) WHERE user_id IS DISTINCT FROM actor_id`,
    `CREATE TABLE ${prefix}anonymizations (
      user_id text COLLATE "C" PRIMARY KEY,
      requested_at timestamptz(3) NOT NULL
    )`,
    `CREATE INDEX ${prefix}anonymizations_requested_at ON ${prefix}anonymizations (requested_at)`,
  ],
};
