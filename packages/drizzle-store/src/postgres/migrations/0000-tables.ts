import type { Migration } from '../../migration.js';
import { KEY, MOMENT } from './column-types.js';

const STATUS = `(CASE WHEN disabled_at IS NOT NULL THEN 'disabled' WHEN password_hash IS NULL THEN 'invited' ELSE 'active' END)`;

export const tables: Migration = {
  tag: '0000_tables',
  statements: (prefix) => {
    const ofUser = `${KEY} REFERENCES ${prefix}users (id) ON DELETE CASCADE`;
    return [
      `CREATE TABLE ${prefix}users (
        id ${KEY} PRIMARY KEY,
        email ${KEY} NOT NULL CONSTRAINT ${prefix}users_email UNIQUE,
        email_verified_at ${MOMENT},
        username ${KEY} CONSTRAINT ${prefix}users_username UNIQUE,
        name text NOT NULL,
        search_name text NOT NULL,
        role ${KEY} NOT NULL,
        password_hash text,
        password_changed_at ${MOMENT},
        phone text,
        phone_verified_at ${MOMENT},
        two_factor_enabled_at ${MOMENT},
        disabled_at ${MOMENT},
        security_version integer NOT NULL,
        created_at ${MOMENT} NOT NULL,
        updated_at ${MOMENT} NOT NULL,
        last_login_at ${MOMENT},
        profile json
      )`,
      `CREATE INDEX ${prefix}users_role ON ${prefix}users (role, id)`,
      `CREATE INDEX ${prefix}users_status ON ${prefix}users (${STATUS}, id)`,
      `CREATE INDEX ${prefix}users_role_status ON ${prefix}users (role, ${STATUS}, id)`,

      `CREATE TABLE ${prefix}sessions (
        id ${KEY} PRIMARY KEY,
        user_id ${ofUser} NOT NULL,
        device_id ${KEY},
        refresh_counter integer NOT NULL,
        refresh_salt text NOT NULL,
        rotated_at ${MOMENT},
        created_at ${MOMENT} NOT NULL,
        last_used_at ${MOMENT} NOT NULL,
        idle_expires_at ${MOMENT} NOT NULL,
        expires_at ${MOMENT} NOT NULL,
        revoked_at ${MOMENT},
        revoke_reason text,
        authenticated_at ${MOMENT} NOT NULL,
        amr json NOT NULL,
        aal integer NOT NULL,
        ip text,
        user_agent text
      )`,
      `CREATE INDEX ${prefix}sessions_user_id ON ${prefix}sessions (user_id, id)`,
      `CREATE INDEX ${prefix}sessions_over_at ON ${prefix}sessions (least(revoked_at, idle_expires_at, expires_at))`,

      `CREATE TABLE ${prefix}devices (
        id ${KEY} PRIMARY KEY,
        user_id ${ofUser} NOT NULL,
        secret_hash text NOT NULL,
        user_agent text,
        first_seen_at ${MOMENT} NOT NULL,
        last_seen_at ${MOMENT} NOT NULL,
        trusted_until ${MOMENT}
      )`,
      `CREATE INDEX ${prefix}devices_user_id ON ${prefix}devices (user_id, last_seen_at, id)`,
      `CREATE INDEX ${prefix}devices_last_seen_at ON ${prefix}devices (last_seen_at)`,

      `CREATE TABLE ${prefix}factors (
        id ${KEY} PRIMARY KEY,
        user_id ${ofUser} NOT NULL,
        method ${KEY} NOT NULL,
        sealed_secret text,
        destination text,
        session_id ${KEY} NOT NULL,
        created_at ${MOMENT} NOT NULL,
        confirmed_at ${MOMENT},
        last_step integer
      )`,
      `CREATE INDEX ${prefix}factors_user_id ON ${prefix}factors (user_id, confirmed_at, id)`,
      `CREATE UNIQUE INDEX ${prefix}factors_confirmed ON ${prefix}factors (user_id, method) WHERE confirmed_at IS NOT NULL`,
      `CREATE INDEX ${prefix}factors_pending ON ${prefix}factors (created_at) WHERE confirmed_at IS NULL`,

      `CREATE TABLE ${prefix}backup_codes (
        id ${KEY} PRIMARY KEY,
        user_id ${ofUser} NOT NULL,
        code_hash ${KEY} NOT NULL,
        used_at ${MOMENT}
      )`,
      `CREATE INDEX ${prefix}backup_codes_user_id ON ${prefix}backup_codes (user_id, code_hash)`,

      `CREATE TABLE ${prefix}one_time_tokens (
        id ${KEY} PRIMARY KEY,
        user_id ${ofUser},
        purpose ${KEY} NOT NULL,
        secret_hash ${KEY} CONSTRAINT ${prefix}one_time_tokens_secret_hash UNIQUE,
        subject_id ${KEY},
        code json,
        payload json NOT NULL,
        attempts integer NOT NULL,
        created_at ${MOMENT} NOT NULL,
        expires_at ${MOMENT} NOT NULL,
        consumed_at ${MOMENT}
      )`,
      `CREATE INDEX ${prefix}one_time_tokens_user_id ON ${prefix}one_time_tokens (user_id, purpose, subject_id, id)`,
      `CREATE INDEX ${prefix}one_time_tokens_over_at ON ${prefix}one_time_tokens (least(consumed_at, expires_at))`,

      `CREATE TABLE ${prefix}counters (
        id ${KEY} PRIMARY KEY,
        key ${KEY} NOT NULL,
        at ${MOMENT} NOT NULL,
        expires_at ${MOMENT}
      )`,
      `CREATE INDEX ${prefix}counters_key ON ${prefix}counters (key, at)`,
      `CREATE INDEX ${prefix}counters_expires_at ON ${prefix}counters (expires_at)`,

      `CREATE TABLE ${prefix}attempts (
        key ${KEY} PRIMARY KEY,
        user_id ${KEY},
        count integer NOT NULL,
        retry_at ${MOMENT} NOT NULL,
        refused_at ${MOMENT},
        expires_at ${MOMENT} NOT NULL
      )`,
      `CREATE INDEX ${prefix}attempts_user_id ON ${prefix}attempts (user_id)`,
      `CREATE INDEX ${prefix}attempts_expires_at ON ${prefix}attempts (expires_at)`,

      `CREATE TABLE ${prefix}rate_limits (key ${KEY} PRIMARY KEY, full_at ${MOMENT} NOT NULL)`,
      `CREATE INDEX ${prefix}rate_limits_full_at ON ${prefix}rate_limits (full_at)`,

      `CREATE TABLE ${prefix}outbox (
        id ${KEY} PRIMARY KEY,
        user_id ${ofUser},
        kind text NOT NULL,
        sealed_message text NOT NULL,
        created_at ${MOMENT} NOT NULL,
        attempts integer NOT NULL,
        next_attempt_at ${MOMENT} NOT NULL,
        leased_until ${MOMENT},
        sent_at ${MOMENT},
        dead_at ${MOMENT}
      )`,
      `CREATE INDEX ${prefix}outbox_due ON ${prefix}outbox (greatest(leased_until, next_attempt_at), id)
        WHERE sent_at IS NULL AND dead_at IS NULL`,
      `CREATE INDEX ${prefix}outbox_over_at ON ${prefix}outbox (coalesce(sent_at, dead_at))`,
      `CREATE INDEX ${prefix}outbox_dead_at ON ${prefix}outbox (dead_at) WHERE dead_at IS NOT NULL`,
      `CREATE INDEX ${prefix}outbox_user_id ON ${prefix}outbox (user_id)`,

      `CREATE TABLE ${prefix}events (
        id ${KEY} PRIMARY KEY,
        at ${MOMENT} NOT NULL,
        type text NOT NULL,
        outcome text NOT NULL,
        user_id ${KEY},
        actor_id ${KEY},
        session_id ${KEY},
        ip text,
        user_agent text,
        detail json
      )`,
      `CREATE INDEX ${prefix}events_user_id ON ${prefix}events (user_id, id)`,
      `CREATE INDEX ${prefix}events_actor_id ON ${prefix}events (actor_id, id)`,
      `CREATE INDEX ${prefix}events_at ON ${prefix}events (at)`,
    ];
  },
};
