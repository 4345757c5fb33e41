import * as v from 'valibot';
import { duration, type Duration } from '../../foundation/duration.js';
import type { Schema } from '../../foundation/parse.js';

export const EMAIL_LOGIN_METHODS = ['link', 'code'] as const;

/** How a sign-in by email is confirmed: by a link in the mail, or by six digits that are typed where the sign-in began. */
export type EmailLoginMethod = (typeof EMAIL_LOGIN_METHODS)[number];

export interface EmailLoginOptions {
  /** Default: both. */
  readonly methods?: readonly EmailLoginMethod[] | undefined;
  /** How long a link works. Default `'10m'`. A code works for 5 minutes at most (security.md M3). */
  readonly ttl?: Duration | undefined;
  /**
   * Whether an unknown address gets an account without a password, with the default role, once it is proven. Also
   * requires `registration.enabled`. Default `false`.
   */
  readonly signUp?: boolean | undefined;
}

export interface EmailLoginSettings {
  readonly methods: readonly EmailLoginMethod[];
  readonly ttl: number;
  readonly signUp: boolean;
}

export const emailLoginOptions: Schema<EmailLoginSettings> = v.strictObject({
  methods: v.optional(
    v.pipe(v.array(v.picklist(EMAIL_LOGIN_METHODS)), v.check((methods) => methods.length > 0, 'must not be empty')),
    [...EMAIL_LOGIN_METHODS],
  ),
  ttl: v.optional(duration(60_000), '10m'),
  signUp: v.optional(v.boolean(), false),
});
