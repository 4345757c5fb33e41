import type { Migration } from '../../migration.js';

const KEY = 'text COLLATE "C"';
const MOMENT = 'timestamptz(3)';

export const passkeys: Migration = {
  tag: '0002_passkeys',
  statements: (prefix) => [
    `CREATE TABLE ${prefix}passkeys (
      id ${KEY} PRIMARY KEY,
      user_id ${KEY} REFERENCES ${prefix}users (id) ON DELETE CASCADE NOT NULL,
      credential_id ${KEY} CONSTRAINT ${prefix}passkeys_credential_id UNIQUE NOT NULL,
      public_key text NOT NULL,
      user_handle ${KEY} NOT NULL,
      aaguid ${KEY} NOT NULL,
      name text NOT NULL,
      counter bigint NOT NULL,
      transports json NOT NULL,
      backed_up boolean NOT NULL,
      created_at ${MOMENT} NOT NULL,
      last_used_at ${MOMENT}
    )`,
    `CREATE INDEX ${prefix}passkeys_user_id ON ${prefix}passkeys (user_id, id)`,
  ],
};
