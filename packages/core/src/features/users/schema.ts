import * as v from 'valibot';
import type { IdInput } from '../../http/input.js';
import { pageInput, type NextPage, type PageInput } from '../../http/page.js';
import type { Schema } from '../../foundation/parse.js';
import type { UserStatus } from '../../ports/store/users.js';
import { email, newUsername, personName, roleName } from '../accounts/schema.js';
import { passwordText } from '../passwords/password-text.js';
import { userData, type User } from '../../model/user.js';
import type { ProfileRecord } from '../profile/options.js';

const MAX_SEARCH_LENGTH = 200;

export interface ListUsersInput extends PageInput {
  /** Part of the email, the username or the name, in any case. */
  readonly search?: string | undefined;
  readonly role?: string | undefined;
  readonly status?: UserStatus | undefined;
}

export const listUsersInput: Schema<ListUsersInput> = v.strictObject({
  ...pageInput,
  search: v.optional(
    v.pipe(
      v.string('must be a string'),
      v.check((text) => text.length <= MAX_SEARCH_LENGTH, `must be at most ${MAX_SEARCH_LENGTH} characters long`),
      v.check((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'holds control characters'),
      // What comes along when an address is copied. Within a name such characters may mean something.
      v.transform((text) => text.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, '')),
    ),
  ),
  role: v.optional(roleName),
  status: v.optional(v.picklist(['active', 'disabled', 'invited'], 'must be active, disabled or invited')),
});

export interface UsersData<Profile = unknown> {
  readonly users: readonly User<Profile>[];
}

export const usersData: Schema<UsersData> = v.strictObject({ users: v.array(userData) });

export interface UsersPage extends NextPage {
  /** How many users match. */
  readonly total: number;
}

export interface InviteUserInput {
  readonly email: string;
  readonly name: string;
  readonly username?: string | undefined;
  /** Default: `registration.defaultRole`. */
  readonly role?: string | undefined;
  /** If `profile` is configured. Optional: the person can fill it in later. */
  readonly profile?: ProfileRecord | undefined;
}

export const inviteUserInput: Schema<InviteUserInput> = v.strictObject({
  email,
  name: personName,
  username: v.optional(newUsername),
  role: v.optional(roleName),
});

export interface LogOutUserData {
  /** How many sessions were ended. */
  readonly revoked: number;
}

export const logOutUserData: Schema<LogOutUserData> = v.strictObject({ revoked: v.number() });

export interface RemoveUserInput extends IdInput {
  /** Required for the administrator's own account. */
  readonly password?: string | undefined;
}

export const removeUserInput: Schema<RemoveUserInput> = v.strictObject({ id: v.string(), password: v.optional(passwordText) });

export interface UpdateUserInput extends IdInput {
  readonly name?: string | undefined;
  readonly username?: string | undefined;
  /** If `profile` is configured. Replaces the whole profile. */
  readonly profile?: ProfileRecord | undefined;
  /** This field and the next two are for administrators only, and not for their own account. */
  readonly email?: string | undefined;
  readonly role?: string | undefined;
  readonly disabled?: boolean | undefined;
}

export const updateUserInput: Schema<UpdateUserInput> = v.strictObject({
  id: v.string(),
  name: v.optional(personName),
  username: v.optional(newUsername),
  email: v.optional(email),
  role: v.optional(roleName),
  disabled: v.optional(v.boolean('must be true or false')),
});
