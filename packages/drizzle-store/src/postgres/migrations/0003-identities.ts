import type { Migration } from '../../migration.js';
import { KEY, MOMENT } from './column-types.js';

export const identities: Migration = {
  tag: '0003_identities',
  statements: (prefix) => [
    `CREATE TABLE ${prefix}identities (
      id ${KEY} PRIMARY KEY,
      user_id ${KEY} NOT NULL REFERENCES ${prefix}users (id) ON DELETE CASCADE,
      provider ${KEY} NOT NULL,
      issuer ${KEY} NOT NULL,
      subject ${KEY} NOT NULL,
      email text,
      sealed_tokens text,
      linked_at ${MOMENT} NOT NULL,
      last_used_at ${MOMENT} NOT NULL
    )`,
    `CREATE INDEX ${prefix}identities_user_id ON ${prefix}identities (user_id, id)`,
    `CREATE UNIQUE INDEX ${prefix}identities_subject ON ${prefix}identities (issuer, subject)`,
  ],
};
