import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import type { User } from '../../model/user.js';

/** Where the request comes from that a hook is asked about. */
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
 * Asked before something is done, and awaited without a limit. What a hook throws is a veto: an `AuthError` is the answer,
 * such as `new AuthError('FORBIDDEN', { message: 'Your trial has ended' })`; anything else is `INTERNAL`, told to the log
 * alone. Either way nothing has been done, and an event says so. Hooks get no password, token or code, what they get is
 * frozen, and none runs within a transaction of the store: they may call the library and the database.
 *
 * What they allowed may fail yet: what has happened is told by `onEvent`.
 */
export interface HookOptions<Profile = unknown> {
  /**
   * After the input, the admin password and the password were found good, before the password is hashed. Whether the address
   * is taken is not known yet, so a veto tells nobody who is registered. Not asked of those whom an administrator invites.
   */
  readonly beforeRegister?: ((attempt: BeforeRegister<Profile>) => void | Promise<void>) | undefined;
  /** After the input and the role were found good, before the account is made and its invitation mailed. */
  readonly beforeInvite?: ((attempt: BeforeInvite<Profile>) => void | Promise<void>) | undefined;
  /**
   * After the password was right, for an account that may log in, before a token or the challenge of a second factor is made:
   * a veto is no oracle for accounts. Not asked by `/refresh-token` and `/reauthenticate`: the session is there already.
   */
  readonly beforeLogin?: ((attempt: BeforeLogin<Profile>) => void | Promise<void>) | undefined;
  /** After the current password or the token was found good, and the new password too, before that is hashed. A vetoed token stays good. */
  readonly beforePasswordChange?: ((attempt: BeforePasswordChange<Profile>) => void | Promise<void>) | undefined;
  /**
   * After the password was right, before anything is mailed; also before an administrator gives somebody another address.
   * Whether it is taken is not known yet.
   */
  readonly beforeEmailChange?: ((attempt: BeforeEmailChange<Profile>) => void | Promise<void>) | undefined;
  /**
   * After the password was right, before the account goes; also where an administrator removes it. Whether it is the last
   * administrator's is not known yet.
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
