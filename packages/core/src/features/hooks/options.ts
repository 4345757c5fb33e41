import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import type { User } from '../../model/user.js';

/** The client of the request that a hook decides on. */
export interface HookCaller {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export interface BeforeRegister<Profile = unknown> {
  readonly email: string;
  readonly name: string;
  readonly username: string | null;
  readonly role: string;
  readonly profile: User<Profile>['profile'];
  readonly caller: HookCaller;
}

export interface BeforeInvite<Profile = unknown> extends BeforeRegister<Profile> {
  /** The administrator who invites. */
  readonly inviter: User<Profile>;
}

export interface BeforeLogin<Profile = unknown> {
  readonly user: User<Profile>;
  readonly caller: HookCaller;
}

export interface BeforePasswordChange<Profile = unknown> {
  readonly user: User<Profile>;
  /** `change`: by the current password. `password-reset`, `invitation`: by the token of such a mail. */
  readonly by: 'change' | 'password-reset' | 'invitation';
  readonly caller: HookCaller;
}

export interface BeforeEmailChange<Profile = unknown> {
  readonly user: User<Profile>;
  readonly newEmail: string;
  readonly caller: HookCaller;
}

export interface BeforeRemoval<Profile = unknown> {
  readonly user: User<Profile>;
  readonly caller: HookCaller;
}

/**
 * Called before an action, and awaited without a limit. If a hook throws, the action is vetoed: an `AuthError` is the answer,
 * such as `new AuthError('FORBIDDEN', { message: 'Your trial has ended' })`; any other error is `INTERNAL`, and only logged.
 * Either way nothing has been changed, and an event records it. Hooks get no password, token or code; their input is frozen;
 * and they run outside of the store's transactions, so they may call the library and the database.
 *
 * An allowed action may still fail: `onEvent` tells what has happened.
 */
export interface HookOptions<Profile = unknown> {
  /**
   * After the input, the admin password and the password were checked, before the password is hashed. It is not yet known
   * whether the address is taken, so a veto does not reveal who is registered. Not called for invited users.
   */
  readonly beforeRegister?: ((attempt: BeforeRegister<Profile>) => void | Promise<void>) | undefined;
  /** After the input and the role were checked, before the account is created and its invitation mailed. */
  readonly beforeInvite?: ((attempt: BeforeInvite<Profile>) => void | Promise<void>) | undefined;
  /**
   * After the password was right, for an account that may log in, before a token or the challenge of a second factor is created:
   * a veto does not reveal which accounts exist. Not called by `/refresh-token` and `/reauthenticate`: their session exists already.
   */
  readonly beforeLogin?: ((attempt: BeforeLogin<Profile>) => void | Promise<void>) | undefined;
  /** After the current password or the token and the new password were checked, before the new one is hashed. A vetoed token stays valid. */
  readonly beforePasswordChange?: ((attempt: BeforePasswordChange<Profile>) => void | Promise<void>) | undefined;
  /**
   * After the password was right, before anything is mailed; also before an administrator changes a user's address. It is not yet
   * known whether the new address is taken.
   */
  readonly beforeEmailChange?: ((attempt: BeforeEmailChange<Profile>) => void | Promise<void>) | undefined;
  /**
   * After the password was right, before the account is removed; also before an administrator removes it. It is not yet known
   * whether it is the last administrator.
   */
  readonly beforeRemoval?: ((attempt: BeforeRemoval<Profile>) => void | Promise<void>) | undefined;
}

const hook = <Attempt>() =>
  v.optional(
    v.custom<(attempt: Attempt) => void | Promise<void>>((value) => typeof value === 'function', 'must be a function'),
  );

export const hookOptions: Schema<HookOptions> = v.strictObject({
  beforeRegister: hook<BeforeRegister>(),
  beforeInvite: hook<BeforeInvite>(),
  beforeLogin: hook<BeforeLogin>(),
  beforePasswordChange: hook<BeforePasswordChange>(),
  beforeEmailChange: hook<BeforeEmailChange>(),
  beforeRemoval: hook<BeforeRemoval>(),
});
