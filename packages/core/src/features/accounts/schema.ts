import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { passwordText } from '../passwords/password-text.js';
import type { ProfileRecord } from '../profile/options.js';
import { canonicalEmail } from './canonical-email.js';
import { canonicalUsername, isReservedUsername } from './canonical-username.js';

const MAX_EMAIL_INPUT = 320;
const MAX_NAME_LENGTH = 200;

/** An email address in any spelling, converted to its canonical form. */
export const email: Schema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.length <= MAX_EMAIL_INPUT, 'is too long'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const canonical = canonicalEmail(dataset.value);
    if (canonical !== null) return canonical;
    addIssue({ message: 'is not an email address' });
    return NEVER;
  }),
);

/** A username in any spelling, reserved or not, converted to its canonical form. */
export const username: Schema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.length <= MAX_EMAIL_INPUT, 'is too long'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const canonical = canonicalUsername(dataset.value);
    if (canonical !== null) return canonical;
    addIssue({ message: 'must be 3 to 32 of a-z, 0-9, ".", "_" and "-"' });
    return NEVER;
  }),
);

/** A username that a new account may have. */
export const newUsername: Schema<string> = v.pipe(
  username,
  v.check((name) => !isReservedUsername(name), 'is reserved'),
);

/** Control characters, line separators and bidirectional marks: a name with them could alter the text around it. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/u;

/** The name of a person, trimmed and in NFC. */
export const personName: Schema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.isWellFormed() && !UNPRINTABLE.test(text), 'holds control characters'),
  v.transform((text) => text.trim().normalize('NFC')),
  v.check((text) => text.length > 0, 'must not be empty'),
  v.check((text) => text.length <= MAX_NAME_LENGTH, `must be at most ${MAX_NAME_LENGTH} characters long`),
);

/** The name of a role, configured or not. */
export const roleName: Schema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.length <= 32, 'is too long'),
);

export interface RegisterInput {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly username?: string | undefined;
  readonly role?: string | undefined;
  readonly adminPassword?: string | undefined;
  /** If `profile` is configured. */
  readonly profile?: ProfileRecord | undefined;
}

export const registerInput: Schema<RegisterInput> = v.strictObject({
  email,
  password: passwordText,
  name: personName,
  username: v.optional(newUsername),
  role: v.optional(roleName),
  adminPassword: v.optional(passwordText),
});

export interface UpdateMeInput {
  readonly name?: string | undefined;
  readonly username?: string | undefined;
  /** If `profile` is configured. Replaces the whole profile. */
  readonly profile?: ProfileRecord | undefined;
}

export const updateMeInput: Schema<UpdateMeInput> = v.strictObject({
  name: v.optional(personName),
  username: v.optional(newUsername),
});

export interface DeleteMeInput {
  /** Required if the account has one. */
  readonly password?: string | undefined;
}

export const deleteMeInput: Schema<DeleteMeInput> = v.strictObject({ password: v.optional(passwordText) });

export interface CreateUserInput extends Omit<RegisterInput, 'adminPassword'> {
  /** Whether the address is known to belong to the user. Default `false`: a mail asks them to verify it. */
  readonly emailVerified?: boolean | undefined;
}

export const createUserInput: Schema<CreateUserInput> = v.strictObject({
  email,
  password: passwordText,
  name: personName,
  username: v.optional(newUsername),
  role: v.optional(roleName),
  emailVerified: v.optional(v.boolean()),
});
