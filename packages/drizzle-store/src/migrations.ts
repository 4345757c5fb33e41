// oxlint-disable max-lines
// Made by scripts/make-migrations.mjs of what drizzle-kit wrote into the folder `drizzle`.
import type { Migration } from './migration.js';

/** Every migration, in order. */
export const MIGRATIONS: readonly Migration[] = [
  {
    tag: '0000_accounts',
    statements: (prefix) => [
      `CREATE TABLE "${prefix}devices" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"secret_hash" text NOT NULL,
	"user_agent" text,
	"first_seen_at" integer NOT NULL,
	"last_seen_at" integer NOT NULL,
	"trusted_until" integer,
	FOREIGN KEY ("user_id") REFERENCES "${prefix}users"("id") ON UPDATE no action ON DELETE cascade
);`,
      `CREATE INDEX "${prefix}devices_user_id" ON "${prefix}devices" ("user_id","last_seen_at","id");`,
      `CREATE TABLE "${prefix}events" (
	"id" text PRIMARY KEY NOT NULL,
	"at" integer NOT NULL,
	"type" text NOT NULL,
	"outcome" text NOT NULL,
	"user_id" text,
	"actor_id" text,
	"session_id" text,
	"ip" text,
	"user_agent" text,
	"detail" text
);`,
      `CREATE INDEX "${prefix}events_user_id" ON "${prefix}events" ("user_id","id");`,
      `CREATE INDEX "${prefix}events_at" ON "${prefix}events" ("at");`,
      `CREATE TABLE "${prefix}sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"device_id" text,
	"refresh_counter" integer NOT NULL,
	"refresh_salt" text NOT NULL,
	"rotated_at" integer,
	"created_at" integer NOT NULL,
	"last_used_at" integer NOT NULL,
	"idle_expires_at" integer NOT NULL,
	"expires_at" integer NOT NULL,
	"revoked_at" integer,
	"revoke_reason" text,
	"authenticated_at" integer NOT NULL,
	"amr" text NOT NULL,
	"aal" integer NOT NULL,
	"ip" text,
	"user_agent" text,
	FOREIGN KEY ("user_id") REFERENCES "${prefix}users"("id") ON UPDATE no action ON DELETE cascade
);`,
      `CREATE INDEX "${prefix}sessions_user_id" ON "${prefix}sessions" ("user_id","id");`,
      `CREATE INDEX "${prefix}sessions_over_at" ON "${prefix}sessions" (case
  when revoked_at < idle_expires_at and revoked_at < expires_at then revoked_at
  when idle_expires_at < expires_at then idle_expires_at
  else expires_at end);`,
      `CREATE TABLE "${prefix}users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"email_verified_at" integer,
	"username" text,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text,
	"password_changed_at" integer,
	"phone" text,
	"phone_verified_at" integer,
	"two_factor_enabled_at" integer,
	"disabled_at" integer,
	"security_version" integer NOT NULL,
	"created_at" integer NOT NULL,
	"updated_at" integer NOT NULL,
	"last_login_at" integer
);`,
      `CREATE UNIQUE INDEX "${prefix}users_email_unique" ON "${prefix}users" ("email");`,
      `CREATE UNIQUE INDEX "${prefix}users_username_unique" ON "${prefix}users" ("username");`,
      `CREATE INDEX "${prefix}users_role" ON "${prefix}users" ("role");`,
    ],
  },
  {
    tag: '0001_second_factors_and_delivery',
    statements: (prefix) => [
      `CREATE TABLE "${prefix}backup_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"code_hash" text NOT NULL,
	"used_at" integer,
	FOREIGN KEY ("user_id") REFERENCES "${prefix}users"("id") ON UPDATE no action ON DELETE cascade
);`,
      `CREATE INDEX "${prefix}backup_codes_user_id" ON "${prefix}backup_codes" ("user_id","code_hash");`,
      `CREATE TABLE "${prefix}counters" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"at" integer NOT NULL,
	"expires_at" integer
);`,
      `CREATE INDEX "${prefix}counters_key" ON "${prefix}counters" ("key","at");`,
      `CREATE INDEX "${prefix}counters_expires_at" ON "${prefix}counters" ("expires_at");`,
      `CREATE TABLE "${prefix}factors" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"method" text NOT NULL,
	"sealed_secret" text,
	"destination" text,
	"session_id" text NOT NULL,
	"created_at" integer NOT NULL,
	"confirmed_at" integer,
	"last_step" integer,
	FOREIGN KEY ("user_id") REFERENCES "${prefix}users"("id") ON UPDATE no action ON DELETE cascade
);`,
      `CREATE INDEX "${prefix}factors_user_id" ON "${prefix}factors" ("user_id","confirmed_at","id");`,
      `CREATE UNIQUE INDEX "${prefix}factors_confirmed" ON "${prefix}factors" ("user_id","method") WHERE "${prefix}factors"."confirmed_at" is not null;`,
      `CREATE INDEX "${prefix}factors_pending" ON "${prefix}factors" ("created_at") WHERE "${prefix}factors"."confirmed_at" is null;`,
      `CREATE TABLE "${prefix}one_time_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"purpose" text NOT NULL,
	"secret_hash" text,
	"subject_id" text,
	"code" text,
	"payload" text NOT NULL,
	"attempts" integer NOT NULL,
	"created_at" integer NOT NULL,
	"expires_at" integer NOT NULL,
	"consumed_at" integer,
	FOREIGN KEY ("user_id") REFERENCES "${prefix}users"("id") ON UPDATE no action ON DELETE cascade
);`,
      `CREATE UNIQUE INDEX "${prefix}one_time_tokens_secret_hash_unique" ON "${prefix}one_time_tokens" ("secret_hash");`,
      `CREATE INDEX "${prefix}one_time_tokens_user_id" ON "${prefix}one_time_tokens" ("user_id","purpose","subject_id","id");`,
      `CREATE INDEX "${prefix}one_time_tokens_over_at" ON "${prefix}one_time_tokens" (case when consumed_at < expires_at then consumed_at else expires_at end);`,
      `CREATE TABLE "${prefix}outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text,
	"kind" text NOT NULL,
	"sealed_message" text NOT NULL,
	"created_at" integer NOT NULL,
	"attempts" integer NOT NULL,
	"next_attempt_at" integer NOT NULL,
	"leased_until" integer,
	"sent_at" integer,
	"dead_at" integer,
	FOREIGN KEY ("user_id") REFERENCES "${prefix}users"("id") ON UPDATE no action ON DELETE cascade
);`,
      `CREATE INDEX "${prefix}outbox_due" ON "${prefix}outbox" (case when leased_until > next_attempt_at then leased_until else next_attempt_at end,"id") WHERE sent_at is null and dead_at is null;`,
      `CREATE INDEX "${prefix}outbox_over_at" ON "${prefix}outbox" (case when sent_at is null then dead_at else sent_at end);`,
      `CREATE INDEX "${prefix}outbox_user_id" ON "${prefix}outbox" ("user_id");`,
    ],
  },
  {
    tag: '0002_profile',
    statements: (prefix) => [
      `ALTER TABLE "${prefix}users" ADD "profile" text;`,
    ],
  },
  {
    tag: '0003_maintenance',
    statements: (prefix) => [
      `CREATE INDEX "${prefix}devices_last_seen_at" ON "${prefix}devices" ("last_seen_at");`,
      `CREATE INDEX "${prefix}outbox_dead_at" ON "${prefix}outbox" ("dead_at") WHERE "${prefix}outbox"."dead_at" is not null;`,
    ],
  },
  {
    tag: '0004_listing_users',
    statements: (prefix) => [
      `DROP INDEX "${prefix}users_role";`,
      `ALTER TABLE "${prefix}users" ADD "search_text" text;`,
      `CREATE INDEX "${prefix}users_status" ON "${prefix}users" (case when disabled_at is not null then 'disabled' when password_hash is null then 'invited' else 'active' end,"id");`,
      `CREATE INDEX "${prefix}users_role_status" ON "${prefix}users" ("role",case when disabled_at is not null then 'disabled' when password_hash is null then 'invited' else 'active' end,"id");`,
      `CREATE INDEX "${prefix}users_role" ON "${prefix}users" ("role","id");`,
      `CREATE INDEX "${prefix}events_actor_id" ON "${prefix}events" ("actor_id","id");`,
    ],
  },
  {
    tag: '0005_throttling',
    statements: (prefix) => [
      `CREATE TABLE "${prefix}attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"user_id" text,
	"count" integer NOT NULL,
	"retry_at" integer NOT NULL,
	"refused_at" integer,
	"expires_at" integer NOT NULL
);`,
      `CREATE INDEX "${prefix}attempts_user_id" ON "${prefix}attempts" ("user_id");`,
      `CREATE INDEX "${prefix}attempts_expires_at" ON "${prefix}attempts" ("expires_at");`,
      `CREATE TABLE "${prefix}rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"full_at" integer NOT NULL
);`,
      `CREATE INDEX "${prefix}rate_limits_full_at" ON "${prefix}rate_limits" ("full_at");`,
    ],
  },
  {
    tag: '0006_lighter_store',
    statements: (prefix) => [
      `CREATE TABLE "__new_${prefix}one_time_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text,
	"purpose" text NOT NULL,
	"secret_hash" text,
	"subject_id" text,
	"code" text,
	"payload" text NOT NULL,
	"attempts" integer NOT NULL,
	"created_at" integer NOT NULL,
	"expires_at" integer NOT NULL,
	"consumed_at" integer,
	FOREIGN KEY ("user_id") REFERENCES "${prefix}users"("id") ON UPDATE no action ON DELETE cascade
);`,
      `INSERT INTO "__new_${prefix}one_time_tokens"("id", "user_id", "purpose", "secret_hash", "subject_id", "code", "payload", "attempts", "created_at", "expires_at", "consumed_at") SELECT "id", "user_id", "purpose", "secret_hash", "subject_id", "code", "payload", "attempts", "created_at", "expires_at", "consumed_at" FROM "${prefix}one_time_tokens";`,
      `DROP TABLE "${prefix}one_time_tokens";`,
      `ALTER TABLE "__new_${prefix}one_time_tokens" RENAME TO "${prefix}one_time_tokens";`,
      `CREATE UNIQUE INDEX "${prefix}one_time_tokens_secret_hash_unique" ON "${prefix}one_time_tokens" ("secret_hash");`,
      `CREATE INDEX "${prefix}one_time_tokens_user_id" ON "${prefix}one_time_tokens" ("user_id","purpose","subject_id","id");`,
      `CREATE INDEX "${prefix}one_time_tokens_over_at" ON "${prefix}one_time_tokens" (case when consumed_at < expires_at then consumed_at else expires_at end);`,
      `ALTER TABLE "${prefix}users" ADD "search_name" text DEFAULT '' NOT NULL;`,
    ],
  },
  {
    tag: '0007_drop_search_text',
    statements: (prefix) => [
      `ALTER TABLE "${prefix}users" DROP COLUMN "search_text";`,
    ],
  },
  {
    tag: '0008_table_prefix',
    statements: () => [],
  },
  {
    tag: '0009_refusals_by_the_hour',
    statements: (prefix) => [
      `CREATE TABLE "${prefix}anonymizations" (
	"user_id" text PRIMARY KEY NOT NULL,
	"requested_at" integer NOT NULL
);`,
      `CREATE INDEX "${prefix}anonymizations_requested_at" ON "${prefix}anonymizations" ("requested_at");`,
      `DROP INDEX "${prefix}events_actor_id";`,
      `ALTER TABLE "${prefix}events" ADD "count" integer DEFAULT 1 NOT NULL;`,
      `ALTER TABLE "${prefix}events" ADD "last_at" integer;`,
      `ALTER TABLE "${prefix}events" ADD "refusal_key" text;`,
      `CREATE INDEX "${prefix}events_deeds" ON "${prefix}events" ("actor_id","id") WHERE user_id is not actor_id;`,
      `CREATE UNIQUE INDEX "${prefix}events_refusal_key" ON "${prefix}events" ("refusal_key") WHERE refusal_key is not null;`,
    ],
  },
  {
    tag: '0010_passkeys',
    statements: (prefix) => [
      `CREATE TABLE "${prefix}passkeys" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"credential_id" text NOT NULL,
	"public_key" text NOT NULL,
	"user_handle" text NOT NULL,
	"aaguid" text NOT NULL,
	"name" text NOT NULL,
	"counter" integer NOT NULL,
	"transports" text NOT NULL,
	"backed_up" integer NOT NULL,
	"created_at" integer NOT NULL,
	"last_used_at" integer,
	FOREIGN KEY ("user_id") REFERENCES "${prefix}users"("id") ON UPDATE no action ON DELETE cascade
);`,
      `CREATE UNIQUE INDEX "${prefix}passkeys_credential_id_unique" ON "${prefix}passkeys" ("credential_id");`,
      `CREATE INDEX "${prefix}passkeys_user_id" ON "${prefix}passkeys" ("user_id","id");`,
    ],
  },
  {
    tag: '0011_identities',
    statements: (prefix) => [
      `CREATE TABLE "${prefix}identities" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"provider" text NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"email" text,
	"sealed_tokens" text,
	"linked_at" integer NOT NULL,
	"last_used_at" integer NOT NULL,
	FOREIGN KEY ("user_id") REFERENCES "${prefix}users"("id") ON UPDATE no action ON DELETE cascade
);`,
      `CREATE INDEX "${prefix}identities_user_id" ON "${prefix}identities" ("user_id","id");`,
      `CREATE UNIQUE INDEX "${prefix}identities_subject" ON "${prefix}identities" ("issuer","subject");`,
    ],
  },
  {
    tag: '0012_users_without_a_password',
    statements: (prefix) => [
      `DROP INDEX "${prefix}users_status";`,
      `DROP INDEX "${prefix}users_role_status";`,
      `CREATE INDEX "${prefix}users_status" ON "${prefix}users" (case when disabled_at is not null then 'disabled' when password_hash is null and last_login_at is null then 'invited' else 'active' end,"id");`,
      `CREATE INDEX "${prefix}users_role_status" ON "${prefix}users" ("role",case when disabled_at is not null then 'disabled' when password_hash is null and last_login_at is null then 'invited' else 'active' end,"id");`,
    ],
  },
];
